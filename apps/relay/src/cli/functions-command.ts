import { parseArgs } from 'node:util'
import type { Json, JsonObject } from '@tabwright/protocol'
import { rowsOf } from '@tabwright/relay-client/worker'
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
    const door = openDoor(values.relay, environment)
    const invoke = async (id: string, data: Json): Promise<Json> => {
      const invoked = await door.invoke(id, data)
      if (invoked.type === 'failed') throw new NoList(invoked.message)
      return invoked.value
    }
    const rows = await rowsOf({ invoke }, 'functions', filter)
    return { code: 0, out: rows.map((row) => `${values.json === true ? printed(row) : line(row)}\n`).join(''), err: '' }
  } catch (thrown) {
    if (thrown instanceof NoList) return { code: 1, out: '', err: `The relay gave no list: ${thrown.message}\n` }
    return endOf(thrown, 'tabwright functions')
  }
}

class NoList extends Error {}

function line(row: JsonObject): string {
  return [row['function_id'], row['worker_name'], row['description']].map((cell) => plain(cell)).join('\t')
}
