import { FailureError, failureOf, type Failure } from '@tabwright/protocol'

/**
 * Why the loop stands still. What has its own sentence (a full disk, another tab) keeps it; anything else that was thrown is a mistake in the
 * loop itself, and is told as that: whoever reads only what was thrown would look for it at the model, the sandbox or their own project.
 */
export function loopFault(thrown: unknown): Failure {
  if (thrown instanceof FailureError) return thrown.failure
  const { code, message } = failureOf(thrown)
  const named = thrown instanceof Error && thrown.message !== '' ? `${thrown.name}: ${message}` : message
  return {
    code,
    message: `Tabwright itself has a fault and stopped this session (${named}). What was written is kept; try again, or copy a report of it.`,
  }
}
