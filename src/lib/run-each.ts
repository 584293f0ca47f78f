/** Something to be done, by the name that its failure is told by. */
export type NamedTask = { name: string; run: () => Promise<unknown> };

/** Runs the tasks one after the other. One that fails is told to `onFailure` and holds up none of those after it. */
export async function runEach(
  tasks: readonly NamedTask[],
  onFailure: (name: string, error: unknown) => void,
): Promise<void> {
  for (const { name, run } of tasks) {
    try {
      await run();
    } catch (error) {
      onFailure(name, error);
    }
  }
}
