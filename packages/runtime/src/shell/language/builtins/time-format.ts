import { libraryStrftime } from '../../commands/dates/strftime'
import { zoneOf } from '../../commands/dates/zones'
import type { Runner } from '../runner'

/** `printf %(…)T`: a time by the clocks of `TZ`. */
export function formatTime(runner: Runner, format: string, seconds: number): string {
  const zone = zoneOf(runner.state.vars.text('TZ'))
  return libraryStrftime(format === '' ? '%H:%M:%S' : format, seconds, zone)
}
