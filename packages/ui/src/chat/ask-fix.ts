import { createContext } from 'react'
import type { CallRow, Outcome } from '@tabwright/protocol'

/** A call that went wrong, as it is told to the agent. */
export interface FailedCall {
  readonly tool: string
  /** What was asked and what came of it, for the agent: in English, with the ends of what is long. */
  readonly report: string
}

/** Puts a wish to mend a call into the box; never sends. Without it none is offered. */
export const AskFix = createContext<((call: FailedCall) => void) | undefined>(undefined)

const LONGEST_INPUT = 4000
const LONGEST_OUTPUT = 16_000

/** Of a call that failed, and of a command that ended with another code than 0. */
export function failedCall({
  name,
  input,
  outcome,
}: Pick<CallRow, 'name' | 'input'> & { readonly outcome?: Outcome | undefined }): FailedCall | undefined {
  if (outcome === undefined || (outcome.type !== 'failed' && outcome.type !== 'done')) return undefined
  const exitCode = 'detail' in outcome ? outcome.detail?.exitCode : undefined
  if (outcome.type === 'done' && (exitCode ?? 0) === 0) return undefined
  const failure = outcome.type === 'failed' ? outcome.failure.message : `exit code ${exitCode}`
  const output = outcome.text ?? ''
  const parts = [
    `Tool: ${name}`,
    `Input:\n${headOf(input)}`,
    `Failure: ${failure}`,
    ...(output === '' ? [] : [`Output:\n${tailOf(output)}`]),
  ]
  return { tool: name, report: parts.join('\n\n') }
}

const headOf = (text: string): string => (text.length > LONGEST_INPUT ? `${text.slice(0, LONGEST_INPUT)} …` : text)
const tailOf = (text: string): string => (text.length > LONGEST_OUTPUT ? `… ${text.slice(-LONGEST_OUTPUT)}` : text)
