import { OutputBuffer } from '../../streams/buffered'
import { CommandError, type Call, type Command } from '../command'
import { joinPath, lookAt, lookFor, namesIn, why, type Look } from '../files/look'
import { momentOfMs } from '../dates/strftime'
import { zoneOf } from '../dates/zones'
import { curly } from '../text/quotes'
import type { FindRun, Item, Test } from './find-item'
import { FindParser } from './find-parse'

const HELP = `Usage: find [-H] [-L] [-P] [PATH...] [EXPRESSION]
Walks folders and prints, or does other things with, what an expression says yes to.

Options: -depth -maxdepth N -mindepth N -mount -xdev -daystart -follow -regextype TYPE
Operators: ( EXPR )  ! EXPR  EXPR -a EXPR  EXPR -o EXPR  EXPR , EXPR
Tests: -amin -anewer -atime -cmin -cnewer -ctime -empty -executable -false -gid -group -ilname -iname -inum -ipath -iregex
  -links -lname -mmin -mtime -name -newer -newerXY -path -perm -readable -regex -samefile -size -true -type -uid -user -writable -xtype
Actions: -delete -exec -execdir -fls -fprint -fprint0 -fprintf -ls -print -print0 -printf -prune -quit
`

function runOf(call: Call): FindRun {
  const out = new OutputBuffer(call.stdout)
  return {
    call,
    out,
    now: momentOfMs(call.system.clock.now()),
    zone: zoneOf(call.env.get('TZ')),
    follows: 'none',
    maxDepth: Infinity,
    minDepth: 0,
    isDepthFirst: false,
    isDayStart: false,
    regexType: 'findutils-default',
    isWarning: false,
    isPruned: false,
    hasQuit: false,
    code: 0,
    endings: [],
    async complain(message) {
      await out.flush()
      await call.stderr.write(`${call.name}: ${message}\n`)
      this.code = 1
    },
  }
}

function readOptions(run: FindRun, words: string[]): void {
  for (let word = words[0]; word !== undefined; word = words[0]) {
    if (word === '-H') run.follows = 'operands'
    else if (word === '-L') run.follows = 'all'
    else if (word === '-P') run.follows = 'none'
    else if (word === '--') {
      words.shift()
      return
    } else if (!/^-O\d?$/.test(word)) return
    words.shift()
  }
}

class Walk {
  readonly #run: FindRun
  readonly #test: Test

  constructor(run: FindRun, test: Test) {
    this.#run = run
    this.#test = test
  }

  async from(start: string): Promise<void> {
    const { call, follows } = this.#run
    try {
      const own = lookAt(call, start, false)
      const look = follows === 'none' ? own : (lookFor(call, start) ?? own)
      await this.#visit({ path: start, start, depth: 0, look }, [])
    } catch (thrown) {
      await this.#run.complain(`${curly(start)}: ${why(thrown)}`)
    }
  }

  async #judge(item: Item): Promise<void> {
    if (item.depth < this.#run.minDepth) return
    const verdict = this.#test(item)
    if (typeof verdict !== 'boolean') await verdict
  }

  async #visit(item: Item, above: readonly Look[]): Promise<void> {
    const run = this.#run
    run.call.tick()
    run.isPruned = false
    if (!run.isDepthFirst) await this.#judge(item)
    if (item.look.type === 'folder' && !(run.isPruned && !run.isDepthFirst) && item.depth < run.maxDepth && !run.hasQuit)
      await this.#inside(item, above)
    if (run.isDepthFirst && !run.hasQuit) await this.#judge(item)
  }

  async #inside(item: Item, above: readonly Look[]): Promise<void> {
    const run = this.#run
    if (above.some(({ node }) => node === item.look.node)) {
      await run.complain(`File system loop detected; ${curly(item.path)} is part of the same file system loop as ${curly(item.start)}.`)
      return
    }
    let names: readonly string[]
    try {
      names = namesIn(run.call, item.path)
    } catch (thrown) {
      await run.complain(`${curly(item.path)}: ${why(thrown)}`)
      return
    }
    for (const name of names) {
      if (run.hasQuit) return
      const path = joinPath(item.path, name)
      const own = lookFor(run.call, path, false)
      // Gone by what was run meanwhile.
      if (own === undefined) continue
      const look = run.follows === 'all' ? (lookFor(run.call, path) ?? own) : own
      await this.#visit({ path, start: item.start, depth: item.depth + 1, look }, [...above, item.look])
    }
  }
}

async function find(call: Call): Promise<number> {
  const words = [...call.args]
  const [only] = words
  if (only === '--help' || only === '-help' || only === '--version' || only === '-version') {
    await call.stdout.write(only.endsWith('help') ? HELP : 'find (Tabwright) agrees with GNU findutils 4.9.0\n')
    return 0
  }
  const run = runOf(call)
  readOptions(run, words)
  const end = words.findIndex((word) => /^-./.test(word) || word === '(' || word === '!' || word === ')' || word === ',')
  const starts = words.splice(0, end < 0 ? words.length : end)
  const { test, hasAction } = await new FindParser(run, words).parse()
  const printed: Test = (item) => {
    run.out.put(`${item.path}\n`)
    return run.out.isFull ? run.out.flush().then(() => true) : true
  }
  const whole: Test = async (item) => (await test(item)) && !run.hasQuit && printed(item)
  const walk = new Walk(run, hasAction ? test : whole)
  try {
    for (const start of starts.length === 0 ? ['.'] : starts) if (!run.hasQuit) await walk.from(start)
    for (const ending of run.endings) await ending()
  } finally {
    if (!call.process.signal.aborted) await run.out.flush()
  }
  return run.code
}

/** Walks folders. */
export const findCommand: Command = {
  name: 'find',
  summary: 'walks folders and does things with what an expression says yes to',
  run: async (call) => {
    try {
      return await find(call)
    } catch (thrown) {
      if (thrown instanceof CommandError && thrown.code === 1) await call.stderr.write(`find: ${thrown.message}\n`)
      else throw thrown
      return 1
    }
  },
}
