/** Draws a chair, so that there is a picture to send: a PNG as a data URL. */
export function drawChair() {
  const canvas = document.createElement('canvas');
  canvas.width = 360;
  canvas.height = 300;
  const pen = canvas.getContext('2d');
  const wall = pen.createLinearGradient(0, 0, 0, 300);
  wall.addColorStop(0, '#f3e3c8');
  wall.addColorStop(0.72, '#ecd2a6');
  wall.addColorStop(0.73, '#b98a5a');
  wall.addColorStop(1, '#a3744a');
  pen.fillStyle = wall;
  pen.fillRect(0, 0, 360, 300);
  pen.fillStyle = 'rgba(60, 35, 15, 0.25)';
  pen.beginPath();
  pen.ellipse(185, 262, 92, 14, 0, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = '#7c4a24';
  for (const [x, y, width, height] of [
    [120, 45, 14, 215],
    [226, 45, 14, 215],
    [134, 62, 92, 12],
    [134, 92, 92, 12],
    [134, 122, 92, 12],
    [104, 172, 14, 92],
    [244, 172, 14, 92],
    [118, 220, 126, 9],
  ]) {
    pen.beginPath();
    pen.roundRect(x, y, width, height, 5);
    pen.fill();
  }
  pen.fillStyle = '#0f6b5c';
  pen.beginPath();
  pen.roundRect(98, 150, 166, 28, 10);
  pen.fill();
  return canvas.toDataURL('image/png');
}
