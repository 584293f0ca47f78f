const pastMs = 8 * 86_400_000;

/** The meetings of this week and all to come, and who can be met, as the API has them now. */
export async function readCalendar(api, now) {
  const from = new Date(now - pastMs).toISOString();
  const [meetings, people] = await Promise.all([
    api.get(`/meetings?${new URLSearchParams({ from, limit: '200' })}`),
    api.get('/bookable-people?limit=200'),
  ]);
  return { meetings: meetings.data, people: people.data };
}
