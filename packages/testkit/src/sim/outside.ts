import {
  canonicalJson,
  fail,
  isJsonObject,
  leaseId,
  type Hands,
  type HandsTerminals,
  type Json,
  type Run,
  type ToolSpec,
} from '@tabwright/protocol'
import type { Tool } from '@tabwright/runtime/harness'
import type { Life } from './schedule'
import type { World } from './world'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Hands whose commands change files: `add <path> <line>` appends a line, `fail` ends with 1, everything else says what it is. */
export function simulatedHands(world: World, life: Life): Hands {
  return {
    name: 'sim',
    tools: [],
    caps: 'A simulated shell.',
    provision: (session) => world.schedule.turn(life, 'hands.provision', () => leaseId(`lease-${session}`)),
    release: async () => undefined,
    terminals: simulatedTerminals(world, life),
    execute: async (...[, , input, run]) => {
      await world.schedule.pause(life, 'hands.execute', run.signal)
      const command = field(input, 'command')
      run.output('stdout', `${command}\n`)
      const exitCode = await perform(command, run)
      await world.schedule.pause(life, 'hands.ended', run.signal)
      return { exitCode, text: `did: ${command}`, cwd: '/workspace' }
    },
  }
}

/** A person's shell: a line does what the same command of the agent does, at the next look at the files. */
function simulatedTerminals(world: World, life: Life): HandsTerminals {
  const done: string[] = []
  const { schedule } = world
  return {
    open: (_lease, { ends }) =>
      schedule.turn(life, 'terminal.open', () => ({
        input: (text) => {
          const command = text.replace('\r', '')
          ends.entered(command)
          ends.state({ isBusy: true, cwd: '/workspace' })
          done.push(command)
          ends.output(`${command}\r\n`)
          ends.state({ isBusy: false, cwd: '/workspace' })
        },
        resize: () => undefined,
        close: () => undefined,
      })),
    sync: async (_lease, run) => {
      await schedule.pause(life, 'terminal.sync', run.signal)
      for (const command of done.splice(0)) await perform(command, run)
      return []
    },
  }
}

async function perform(command: string, { files }: Pick<Run, 'files'>): Promise<number> {
  const [verb, path = '', ...words] = command.split(' ')
  if (verb === 'fail') return 1
  if (verb !== 'add') return 0
  const before = files.stat(path) ? decoder.decode(await files.read(path)) : ''
  files.write(path, encoder.encode(`${before}${words.join(' ')}\n`))
  return 0
}

function field(input: Json, name: string): string {
  const value = isJsonObject(input) ? input[name] : undefined
  return typeof value === 'string' ? value : ''
}

const SHAPE = { type: 'object', properties: { target: { type: 'string' } }, required: ['target'] }

/** `deploy` cannot be repeated, `push` takes a key and is done once for each. Both happen outside: no power cut undoes them. */
export function outsideTools(world: World, life: Life): readonly Tool[] {
  const spec = (name: string, effect: ToolSpec['effect']): ToolSpec => ({
    name,
    description: `Acts outside, build ${world.build}.`,
    input: SHAPE,
    effect,
    readOnly: false,
  })
  return [acting(world, life, spec('deploy', 'ask')), acting(world, life, spec('push', 'keyed'))]
}

/** What an approval was given for: another build of a tool is another tool. */
export function identityOf(spec: ToolSpec): string {
  return `${spec.name} ${spec.description} ${spec.effect}`
}

function acting(world: World, life: Life, spec: ToolSpec): Tool {
  return {
    spec,
    run: async (input, context) => {
      const target = field(input, 'target')
      if (target === '') fail('bad_input', 'target is missing')
      const key = keyOf(context)
      await world.schedule.turn(life, `outside.${spec.name}`, () => {
        const repeated = spec.effect === 'keyed' && key !== undefined && world.keys.has(key)
        if (key !== undefined) world.keys.add(key)
        world.effects.push({
          tool: spec.name,
          bytes: canonicalJson(input),
          identity: identityOf(spec),
          key,
          life: life.name,
          durable: world.disk.durable,
          head: world.disk.rows.record.head,
          repeated,
        })
        if (repeated) world.reached('a keyed effect repeated')
      })
      await world.schedule.turn(life, `outside.${spec.name} answered`, () => undefined)
      return { text: `${spec.name}ed ${target}` }
    },
  }
}

function keyOf(context: object): string | undefined {
  const key: unknown = 'key' in context ? context.key : undefined
  return typeof key === 'string' ? key : undefined
}
