import { faultText } from './fault'
import type { Finding } from './campaign'

/** A finding as it can be told again. */
export function findingText({ scenario, seed, at, fault, problems, trace }: Finding): string {
  const where = seed === undefined ? `POINT=${at ?? 'none'} FAULT=${JSON.stringify(fault ? faultText(fault) : 'none')}` : `SEED=${seed}`
  return [`${where} SCENARIO=${JSON.stringify(scenario)}`, ...problems.map((problem) => `  ${problem}`), ...trace].join('\n')
}

/**
 * States that a full campaign must have been in. One that is not reached any more means that the campaign
 * looks away from something.
 */
export const SOMETIMES: readonly string[] = [
  'kill at log.append call.started',
  'kill at log.append call.ended',
  'kill at log.append message.assistant',
  'kill at log.append message.user',
  'kill at log.append call.decided',
  'kill at log.append call.lost',
  'kill at log.append call.resolved',
  'kill at outside.deploy',
  'kill at outside.push',
  'kill at hands.execute',
  'kill at model.delta',
  'kill at model.stop',
  'power at log.append call.started',
  'power at log.append turn.ended',
  'power at log.append model.requested',
  'power at log.post',
  'fail at log.append call.ended',
  'fail at log.append message.assistant',
  'fail at log.claim',
  'fail at model.open',
  'fail at model.delta',
  'fail at outside.deploy',
  'fail at hands.execute',
  'full at log.append call.started',
  'full at log.append model.requested',
  'freeze at outside.deploy',
  'freeze at log.append call.ended',
  'sleep at clock.sleep',
  'sleep at model.delta',
  'sleep at hands.execute',
  'clock at log.append model.failed',
  'drop at hint.posted',
  'double at hint.posted',
  'delay at hint.stolen',
  'fenced between intent and result',
  'fenced at a result',
  'halted by storage_full',
  'halted by storage_off',
  'a result written while the disk was full',
  'taken over',
  'a keyed effect repeated',
  'a request lost and asked again',
  'an answer cut and asked again',
  'unknown resolved as done',
  'unknown resolved as again',
  'unknown resolved as skip',
  'damage at log.append call.started',
  'damage at log.append message.assistant',
  'cleared at log.append call.ended',
  'outdated at log.append call.started',
  'kill at lock.steal',
  'over: damaged',
  'over: cleared',
  'halted by not_found',
  'halted by newer',
]

/** Of the stories that change what came before. */
export const SOMETIMES_LATE: readonly string[] = [
  'kill at log.append compaction.started',
  'kill at log.append compaction.ended',
  'power at log.append history.rewound',
]

/** Of those, what was never reached. */
export function neverReached(
  states: ReadonlySet<string>,
  wanted: readonly string[] = [...SOMETIMES, ...SOMETIMES_LATE],
): readonly string[] {
  return wanted.filter((state) => !states.has(state))
}
