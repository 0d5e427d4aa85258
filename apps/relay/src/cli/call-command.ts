import { parseArgs } from 'node:util'
import { parseJson } from '@tabwright/protocol'
import { isFunctionName } from '@tabwright/protocol/relay'
import type { Environment } from '../config'
import { endOf, wrongUse, type CommandEnd } from './command-end'
import { openDoor, RELAY_HELP } from './relay-door'
import { printed } from './terminal-text'

const HELP = `tabwright call: calls a function of any worker

Usage: tabwright call <function> ['<json>' | -] [options]

  -                     the JSON is read from standard input
  --enqueue <queue>     put it into a queue and print the receipt
  --json                the result in one line
${RELAY_HELP}`

/** `tabwright call`. A failed function is exit code 1 with its reason on standard error. */
export async function runCallCommand(
  argv: readonly string[],
  environment: Environment,
  readInput: () => Promise<string>,
): Promise<CommandEnd> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        enqueue: { type: 'string' },
        json: { type: 'boolean' },
        relay: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help === true) return { code: 0, out: HELP, err: '' }
    const [functionId, text, ...more] = positionals
    if (functionId === undefined) return { code: 2, out: HELP, err: '' }
    if (more.length > 0) return wrongUse(`What is ${JSON.stringify(more[0])}? Put the JSON into single quotes.`)
    if (!isFunctionName(functionId)) return wrongUse(`${JSON.stringify(functionId)} is no name of a function; shop::hello is one.`)
    const door = openDoor(values.relay, environment)
    const data = text === undefined ? undefined : parseJson(text === '-' ? await readInput() : text)
    if (text !== undefined && data === undefined) return wrongUse('That is no JSON; put it into single quotes, with double quotes inside.')
    const invoked = await door.invoke(functionId, data, { enqueue: values.enqueue })
    if (invoked.type === 'failed') return { code: 1, out: '', err: `${functionId} failed: ${invoked.message} (${invoked.code})\n` }
    return { code: 0, out: `${printed(invoked.value, values.json === true ? undefined : 2)}\n`, err: '' }
  } catch (thrown) {
    return endOf(thrown, 'tabwright call')
  }
}
