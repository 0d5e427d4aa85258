import { basename, extname } from 'node:path'
import { parseArgs } from 'node:util'
import type { Json } from '@tabwright/protocol'
import type { IncomingCall, Worker } from '@tabwright/relay-client/worker'
import type { Environment } from '../config'
import { endOf, wrongUse, type CommandEnd } from './command-end'
import { joinRelay, type Screen } from './member'
import { openDoor, RELAY_HELP } from './relay-door'
import { readModule, type ModuleFunction } from './worker-module'

const HELP = `tabwright worker: offers the functions of a module to everybody at the relay

Usage: tabwright worker <file.mjs> [options]

  --name <name>         first segment of all names (default: that of the file)
  --json                what happens as JSON, one event in a line
${RELAY_HELP}
Each function that the module exports is offered as <name>::<function>, sendMail as <name>::send-mail. It gets the data of the call and
{ signal, caller, metadata, invoke(name, data), enqueue({ queue, functionId, key }, data) }. What it says of itself stands on it:
  hello.description = 'Greets'
  hello.request = { type: 'object', properties: { name: { type: 'string' } } }      a JSON Schema
  hello.triggers = [{ type: 'http', config: { api_path: '/hello', http_method: 'GET' } }]
`

/** `tabwright worker`: runs until it is stopped. */
export async function runWorkerCommand(argv: readonly string[], environment: Environment, screen: Screen): Promise<CommandEnd> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        json: { type: 'boolean' },
        relay: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help === true) return { code: 0, out: HELP, err: '' }
    const [file, ...more] = positionals
    if (file === undefined) return { code: 2, out: HELP, err: '' }
    if (more.length > 0) return wrongUse('One module a worker: start another one for the other.')
    const name = values.name ?? basename(file, extname(file))
    const functions = await readModule(file, name)
    const door = openDoor(values.relay, environment)
    // Asked once, so that a wrong address or token ends here and is not tried for ever.
    await door.invoke('engine::workers::list', {})
    return await serve(functions, {
      join: (onRefused) => joinRelay(door, screen, { name, onRefused }),
      say: (event, text) => screen.out(values.json === true ? JSON.stringify(event) : text),
      screen,
    })
  } catch (thrown) {
    return endOf(thrown, 'tabwright worker')
  }
}

interface Serving {
  readonly join: (onRefused: (refusal: { readonly id: string | undefined; readonly message: string }) => void) => Worker
  readonly say: (event: Json, text: string) => void
  readonly screen: Screen
}

async function serve(functions: readonly ModuleFunction[], { join, say, screen }: Serving): Promise<CommandEnd> {
  const refused = new Set<string>()
  const named = new Map<string, string>()
  const worker = join(({ id, message }) => {
    const what = (id === undefined ? undefined : named.get(id)) ?? id
    if (what !== undefined) refused.add(what)
    screen.err(`The relay did not take ${what ?? 'something'}: ${message}`)
  })
  for (const { id, options, triggers, run } of functions) {
    worker.registerFunction(id, (data, call) => run(data, toolsOf(worker, call)), options)
    for (const trigger of triggers) {
      const bound = worker.registerTrigger({ ...trigger, functionId: id })
      named.set(bound.id, `the ${trigger.type} trigger of ${id}`)
    }
  }
  // Answered behind all registrations, so that every refusal is known.
  await worker.workers()
  const offered = functions.map(({ id }) => id).filter((id) => !refused.has(id))
  for (const id of offered) say({ type: 'offered', function: id }, `offered ${id}`)
  if (offered.length > 0) await screen.stopped
  worker.close()
  return {
    code: offered.length > 0 ? 0 : 1,
    out: '',
    err: offered.length > 0 ? '' : 'Nothing is offered, so there is nothing to wait for.\n',
  }
}

/** Calls that a function makes belong to the trace of the call that it answers. */
function toolsOf(worker: Worker, { signal, caller, metadata, traceparent, baggage }: IncomingCall): object {
  const trace = { ...(traceparent !== undefined && { traceparent }), ...(baggage !== undefined && { baggage }) }
  return {
    signal,
    caller,
    metadata,
    invoke: (functionId: string, data?: Json) => worker.invoke(functionId, data, { ...trace, signal }),
    enqueue: (to: { queue: string; functionId: string; key?: string }, data?: Json) => worker.enqueue(to, data, { ...trace, signal }),
  }
}
