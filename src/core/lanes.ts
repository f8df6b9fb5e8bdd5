/**
 * Works on things in lanes: those of a lane in their order, until one fails; the lanes beside each other. So what hangs is
 * waited for once, and holds up its own lane only.
 * @param work gives whether the next of the lane may follow
 */
export async function inLanes<T>(
  things: readonly T[],
  laneOf: (thing: T) => string,
  work: (thing: T) => Promise<boolean>,
): Promise<void> {
  const lanes = new Set(things.map(laneOf));
  const inOrder = async (lane: string) => {
    for (const thing of things.filter((one) => laneOf(one) === lane)) if (!(await work(thing))) return;
  };
  await Promise.all([...lanes].map(inOrder));
}
