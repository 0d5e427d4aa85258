import { memoryFault } from '../../memory-fault'
import { OutputBuffer } from '../../streams/buffered'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { CommandError, type Call, type Command } from '../command'
import { builtins } from './builtins'
import { checkNames } from './check-names'
import { Evaluator } from './evaluate'
import type { Filter } from './filter'
import { FilterFault } from './filter-lexer'
import { parseFilter } from './filter-parser'
import { Inputs } from './inputs'
import { isTrue, type Json } from './json'
import { JsonFault } from './json-reader'
import { jsonText, render, type Layout } from './json-text'
import { OptionReader, type Asked } from './jq-options'
import { JqError } from './paths'
import { prelude } from './prelude'
import { Halt } from './stream-builtins'
import type { World } from './world'

const HELP = `Usage: jq [options] filter [file...]
Applies a filter to JSON values and prints what it gives.
`
const FUNCTIONS: ReadonlySet<string> = new Set([...builtins.keys(), ...prelude.keys()])
/** Results between checks whether to stop. */
const OFTEN = 1023

/** jq 1.6, with the functions that 1.7 added. */
export const jqCommand: Command = {
  name: 'jq',
  summary: 'filter and change JSON',
  run: (call) => runJq(call),
}

async function runJq(call: Call): Promise<number> {
  const asked = await options(call)
  if (asked.flags.has('version')) return told(call, 'jq-1.6\n')
  if (asked.flags.has('help')) return told(call, HELP)
  if (call.args.length === 0) throw new CommandError('a filter is needed; see jq --help', 2)
  const filter = compiled(asked)
  if (typeof filter === 'string') {
    await call.stderr.write(`jq: error: ${filter} at <top-level>, line 1:\n${asked.filter}\njq: 1 compile error\n`)
    return 3
  }
  const asksItself = /\binputs?\b/.test(asked.filter)
  const isFed = !asked.flags.has('null-input') || asksItself
  const inputs = isFed ? new Inputs(call, { files: asked.files, flags: asked.flags, asksItself }) : undefined
  await inputs?.prepare()
  return new Session({ call, asked, filter, inputs }).run()
}

async function told(call: Call, text: string): Promise<number> {
  await call.stdout.write(text)
  return 0
}

async function options(call: Call): Promise<Asked> {
  try {
    return await new OptionReader(call).read()
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`error: Could not open ${thrown.path ?? ''}: ${errnoText(thrown)}`, 2)
    if (thrown instanceof JsonFault) throw new CommandError(`error: ${thrown.message}`, 2)
    throw thrown
  }
}

function compiled(asked: Asked): Filter | string {
  try {
    const filter = parseFilter(asked.filter)
    checkNames(filter, FUNCTIONS, new Set(asked.variables.keys()))
    return filter
  } catch (thrown) {
    if (thrown instanceof FilterFault) return thrown.message
    throw thrown
  }
}

interface Start {
  readonly call: Call
  readonly asked: Asked
  readonly filter: Filter
  readonly inputs: Inputs | undefined
}

/** One run: inputs in, results out. */
class Session {
  readonly #start: Start
  readonly #out: OutputBuffer
  readonly #errors: string[] = []
  readonly #evaluator: Evaluator
  readonly #layout: Layout
  #last: Json | undefined
  #code = 0

  constructor(start: Start) {
    const { call, asked, inputs } = start
    this.#start = start
    this.#out = new OutputBuffer(call.stdout)
    let steps = 0
    const world: World = {
      variables: asked.variables,
      input: () => inputs?.next(),
      get inputName() {
        return inputs?.name ?? null
      },
      get inputLine() {
        return inputs?.line ?? 0
      },
      now: () => call.system.clock.now() / 1000,
      zone: call.env.get('TZ') ?? 'UTC',
      tell: (text) => void this.#errors.push(text),
      tick: () => {
        steps += 1
        if ((steps & OFTEN) === 0) call.tick()
      },
    }
    this.#evaluator = new Evaluator(world, builtins, prelude)
    this.#layout = {
      indent: asked.indent,
      sortKeys: asked.flags.has('sort-keys'),
      ascii: asked.flags.has('ascii-output'),
      color: asked.flags.has('color-output'),
    }
  }

  async run(): Promise<number> {
    const { inputs, asked } = this.#start
    const { flags } = asked
    const flush = (): Promise<void> => this.#flush()
    try {
      if (flags.has('null-input')) await this.#one(null)
      else for (let value = await inputs?.take(flush); value !== undefined; value = await inputs?.take(flush)) await this.#one(value)
    } catch (thrown) {
      const code = this.#ended(thrown)
      await this.#flush()
      return code
    }
    await this.#flush()
    if (inputs?.hasFailed) return 2
    if (this.#code !== 0 || !flags.has('exit-status')) return this.#code
    return this.#last === undefined ? 4 : isTrue(this.#last) ? 0 : 1
  }

  /** What ends the whole run. */
  #ended(thrown: unknown): number {
    if (thrown instanceof Halt) {
      this.#errors.push(thrown.text)
      return thrown.code
    }
    if (!(thrown instanceof JsonFault)) throw thrown
    this.#errors.push(`jq: error (at ${this.#place()}): ${thrown.message}\n`)
    return PARSE_FAULT
  }

  #place(): string {
    const { inputs, asked } = this.#start
    return asked.flags.has('null-input') ? '<unknown>' : `${inputs?.name ?? '<stdin>'}:${inputs?.line ?? 0}`
  }

  async #one(value: Json): Promise<void> {
    const { call, filter } = this.#start
    try {
      for (const result of this.#evaluator.values(filter, undefined, value)) {
        this.#print(result)
        if (this.#out.isFull || this.#errors.length > 0) await this.#flush()
        const breath = call.system.breathe()
        if (breath !== undefined) await breath
      }
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  #failed(thrown: unknown): void {
    if (thrown instanceof RangeError)
      this.#errors.push(`jq: error: ${memoryFault(thrown) ?? 'the program goes deeper than this sandbox can'}\n`)
    else if (!(thrown instanceof JqError)) throw thrown
    // `error(null)` stops without a word.
    else if (thrown.value === null) return
    else {
      const isText = typeof thrown.value === 'string'
      this.#errors.push(
        `jq: error (at ${this.#place()})${isText ? '' : ' (not a string)'}: ${isText ? thrown.message : jsonText(thrown.value)}\n`,
      )
    }
    this.#code = 5
  }

  #print(value: Json): void {
    const { flags } = this.#start.asked
    this.#last = value
    if (flags.has('seq')) this.#out.put('\u001e')
    const isRaw = flags.has('raw-output') && typeof value === 'string'
    this.#out.put(isRaw ? value : render(value, this.#layout))
    if (flags.has('raw-output0')) this.#out.put('\0')
    else if (!flags.has('join-output')) this.#out.put('\n')
  }

  async #flush(): Promise<void> {
    await this.#out.flush()
    for (const text of [...(this.#start.inputs?.notes.splice(0) ?? []), ...this.#errors.splice(0)])
      await this.#start.call.stderr.write(text)
  }
}

/** Exit code for input that is no JSON. */
const PARSE_FAULT = 4
