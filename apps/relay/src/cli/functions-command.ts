import { parseArgs } from 'node:util'
import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import type { Environment } from '../config'
import { endOf, type CommandEnd } from './command-end'
import { openDoor, RELAY_HELP } from './relay-door'
import { plain, printed } from './terminal-text'

const HELP = `tabwright functions: what can be called now

Usage: tabwright functions [options]

  --prefix <text>       only names that begin so, such as shop::
  --all                 what is the relay's own business too
  --json                each function as JSON, one in a line
${RELAY_HELP}`

/** `tabwright functions`: one in a line, with its worker and what it says of itself, apart by tabs. */
export async function runFunctionsCommand(argv: readonly string[], environment: Environment): Promise<CommandEnd> {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        prefix: { type: 'string' },
        all: { type: 'boolean' },
        json: { type: 'boolean' },
        relay: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help === true) return { code: 0, out: HELP, err: '' }
    const filter: JsonObject = {
      ...(values.prefix !== undefined && { prefix: values.prefix }),
      ...(values.all === true && { include_internal: true }),
    }
    const invoked = await openDoor(values.relay, environment).invoke('engine::functions::list', filter)
    if (invoked.type === 'failed') return { code: 1, out: '', err: `The relay gave no list: ${invoked.message}\n` }
    const rows = rowsOf(invoked.value)
    return { code: 0, out: rows.map((row) => `${values.json === true ? printed(row) : line(row)}\n`).join(''), err: '' }
  } catch (thrown) {
    return endOf(thrown, 'tabwright functions')
  }
}

function rowsOf(value: Json): readonly JsonObject[] {
  const rows = isJsonObject(value) ? value['functions'] : undefined
  return Array.isArray(rows) ? rows.filter((row) => isJsonObject(row)) : []
}

function line(row: JsonObject): string {
  return [row['function_id'], row['worker_name'], row['description']].map((cell) => plain(cell)).join('\t')
}
