/** The emoji of the picker: those that people use most in a chat. */
export const commonEmoji =
  '😀 😃 😄 😁 😅 😂 🤣 😊 🙂 😉 😍 🥰 😘 😋 😎 🤩 🤔 🤨 😐 😏 😴 😢 😭 😤 😡 😱 😳 🥺 🤗 🤝 👍 👎 👌 ✌️ 🤞 👏 🙌 🙏 💪 👋 ❤️ 🧡 💛 💚 💙 💜 🔥 ⭐ ✨ 🎉 🎁 💯 ✅ ❌ ❓ ❗ ☀️ 🌈 ☕ 🍕 🏠 🚗 ✈️ 📦 💬 📷 📎 ⏰ 📍 💳'.split(
    ' ',
  );

/** Whether a text is one to three emoji and nothing else: it is shown large. */
export function isOnlyEmoji(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 30 || /[\d#*]/.test(trimmed)) return false;
  if (!/^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s)+$/u.test(trimmed)) return false;
  // Those that are joined or coloured count as one.
  const whole = trimmed
    .replace(/\s/g, '')
    .match(
      /(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}\ufe0f]*(?:\u200d\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}\ufe0f]*)*)/gu,
    );
  return whole !== null && whole.length <= 3;
}
