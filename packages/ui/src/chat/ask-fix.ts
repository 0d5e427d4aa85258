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

/** Of a call that failed; a command that ends with another code than 0 is one. */
export function failedCall({
  name,
  input,
  outcome,
}: Pick<CallRow, 'name' | 'input'> & { readonly outcome?: Outcome | undefined }): FailedCall | undefined {
  if (outcome?.type !== 'failed') return undefined
  const { text: output, failure } = outcome
  const parts = [
    `Tool: ${name}`,
    `Input:\n${headOf(input)}`,
    `Failure: ${failure.message}`,
    ...(output === '' ? [] : [`Output:\n${tailOf(output)}`]),
  ]
  return { tool: name, report: parts.join('\n\n') }
}

const headOf = (text: string): string => (text.length > LONGEST_INPUT ? `${text.slice(0, LONGEST_INPUT)} …` : text)
const tailOf = (text: string): string => (text.length > LONGEST_OUTPUT ? `… ${text.slice(-LONGEST_OUTPUT)}` : text)
