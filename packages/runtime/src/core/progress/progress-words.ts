import { isJsonObject, type CallContent } from '@tabwright/protocol'
import { parseStrict } from '../parse-strict'

const MOST = 200

/** The first line of a text that says something, short enough for a list. */
export function firstLine(text: string): string {
  const line =
    text
      .split('\n')
      .map((one) => one.replaceAll(/\s+/g, ' ').trim())
      .find((one) => one !== '') ?? ''
  if (line.length <= MOST) return line
  // Never through the middle of a character.
  return `${line.slice(0, MOST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** The command line of a call that runs one; undefined for any other call, and for one that could not be parsed. */
export function commandOf({ name, input }: CallContent): string | undefined {
  if (name !== 'shell') return undefined
  try {
    const value = parseStrict(input)
    const command = isJsonObject(value) ? value['command'] : undefined
    return typeof command === 'string' ? firstLine(command) : undefined
  } catch (error) {
    // A model may write what is no JSON; the call failed for it and is shown by its name.
    if (error instanceof Error) return undefined
    throw error
  }
}
