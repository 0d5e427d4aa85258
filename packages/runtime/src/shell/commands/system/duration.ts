const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }
/** Timers of the platform hold no more. */
const LONGEST = 2_000_000_000

/** Milliseconds of `1.5`, `2m`, `infinity`; undefined: it is none. */
export function durationOf(text: string): number | undefined {
  if (/^\+?(inf|infinity)[smhd]?$/i.test(text)) return Infinity
  const [, number, unit = ''] = /^\s*\+?(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?)([smhd]?)$/i.exec(text) ?? []
  const factor = UNITS[unit]
  return number === undefined || factor === undefined ? undefined : Number(number) * factor * 1000
}

/** Sleeps however long it is. @throws what `signal` was aborted with */
export async function sleepFor(
  clock: { sleep(ms: number, signal: AbortSignal): Promise<void> },
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  for (let left = ms; left > 0; left -= LONGEST) await clock.sleep(Math.min(left, LONGEST), signal)
}
