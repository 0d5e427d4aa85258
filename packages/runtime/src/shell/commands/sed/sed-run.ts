import { assertNever } from '@tabwright/protocol'
import type { Pattern } from '../../regex/pattern'
import { bytesOf } from '../../text'
import { CommandError, type Call } from '../command'
import type { SedFiles, SedOutput } from './sed-files'
import type { SedLine } from './sed-input'
import type { Address, RangeEnd, SedAction, SedCommand, SedScript, Substitution } from './sed-script'
import { lineOfShell, outputOfShell } from './sed-shell'
import type { SedStream } from './sed-stream'
import { transliterated } from './sed-text'
import { shownLine, substituted } from './sed-substitute'

/** What a run needs. */
export interface SedJob {
  readonly call: Call
  readonly script: SedScript
  readonly stream: SedStream
  readonly files: SedFiles
  /** Where lines go now: another place for each file that is edited. */
  readonly output: () => SedOutput
  readonly isQuiet: boolean
  readonly isPosix: boolean
  readonly width: number
  readonly mark: string
}

/** What comes after a command: the next one, or an end of the cycle. */
type Next = 'on' | 'end' | 'delete' | 'restart' | 'quit' | 'quit-silently' | number

type Queued = { readonly type: 'text'; readonly text: string } | { readonly type: 'file'; readonly path: string }

type SimpleType = 'd' | 'D' | 'F' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'z' | '='

interface RangeState {
  isActive: boolean
  /** It was there and ended: one that begins at a line number does not begin again. */
  isClosed: boolean
  end: number
}

/** Runs a script over its lines. */
export class SedRun {
  readonly #job: SedJob
  readonly #ranges: RangeState[]
  #space = ''
  #isEnded = true
  #hold = ''
  #isHoldEnded = true
  #queue: Queued[] = []
  #hasReplaced = false
  #last: Pattern | undefined
  #code = 0

  constructor(job: SedJob) {
    this.#job = job
    this.#ranges = job.script.commands.map(({ startsActive }) => ({ isActive: startsActive, isClosed: false, end: Infinity }))
  }

  async run(): Promise<number> {
    const { stream, call, isQuiet } = this.#job
    let keeps = false
    for (;;) {
      if (!keeps) {
        const line = stream.isReady ? stream.takeReady() : await this.#nextLine()
        if (line === undefined) return 0
        this.#load(line)
        this.#hasReplaced = false
      }
      call.tick()
      const next = await this.#cycle()
      keeps = next === 'restart'
      if ((next === 'end' || next === 'quit') && !isQuiet) this.#print()
      if (next === 'quit-silently') return this.#code
      if (this.#queue.length > 0) await this.#dump()
      if (this.#job.output().buffer.isFull) await this.#job.files.flush()
      if (next === 'quit') return this.#code
    }
  }

  /** New addresses count from the start where files are separate. */
  resetRanges(): void {
    for (const [i, { startsActive }] of this.#job.script.commands.entries()) {
      const range = this.#ranges[i]
      if (range === undefined) continue
      range.isActive = startsActive
      range.isClosed = false
    }
  }

  async #nextLine(): Promise<SedLine | undefined> {
    await this.#job.files.flush()
    return this.#job.stream.next()
  }

  #load(line: SedLine): void {
    this.#space = line.text
    this.#isEnded = line.isEnded
  }

  #print(text = this.#space): void {
    this.#job.output().line(text, this.#isEnded)
  }

  /** What `a` and `r` left for the end of the cycle. */
  async #dump(): Promise<void> {
    const queue = this.#queue
    this.#queue = []
    for (const item of queue) {
      if (item.type === 'text') this.#job.output().put(item.text)
      else {
        const bytes = await this.#job.files.whole(item.path)
        if (bytes !== undefined && bytes.length > 0) this.#job.output().put(bytes)
      }
    }
  }

  async #cycle(): Promise<Next> {
    const { commands } = this.#job.script
    for (let at = 0, steps = 0; at < commands.length; steps++) {
      const command = commands[at]
      if (command === undefined) break
      if (steps % 1024 === 1023) this.#job.call.tick()
      const applies = command.from === undefined ? true : this.#applies(command, at)
      const isOn = (typeof applies === 'boolean' ? applies : await applies) !== command.isNegated
      const { action } = command
      if (!isOn) {
        at = action.type === '{' ? action.end : at + 1
        continue
      }
      const result = this.#do(action, at)
      const next = typeof result === 'object' ? await result : result
      if (typeof next === 'number') at = next
      else if (next === 'on') at += 1
      else return next
    }
    return 'end'
  }

  #applies(command: SedCommand, index: number): boolean | Promise<boolean> {
    const { from, to } = command
    if (from === undefined) return true
    if (to === undefined) return this.#isAt(from)
    const range = this.#ranges[index]
    if (range === undefined) return false
    if (range.isActive) return this.#isStillIn(range, to)
    if (from.type === 'line') return this.#beginAtLine(range, from.line, to)
    const starts = this.#isAt(from)
    return typeof starts === 'boolean' ? starts && this.#begin(range, to) : starts.then((is) => is && this.#begin(range, to))
  }

  /** A range from a line number begins at the first line behind it where the command is come to. */
  #beginAtLine(range: RangeState, from: number, to: RangeEnd): boolean {
    const { line } = this.#job.stream
    if (range.isClosed || line < from) return false
    if (to.type !== 'line' || line < to.line) return this.#begin(range, to)
    range.isClosed = true
    return line === from || line === to.line
  }

  /** A range begins at this line. It is one line long where its end is not behind it. */
  #begin(range: RangeState, to: RangeEnd): true {
    const { line } = this.#job.stream
    range.end =
      to.type === 'line' ? to.line : to.type === 'count' ? line + to.count : to.type === 'multiple' ? roundedUp(line, to.of) : Infinity
    range.isActive = range.end > line
    range.isClosed = !range.isActive
    return true
  }

  #isStillIn(range: RangeState, to: RangeEnd): boolean | Promise<boolean> {
    const { line } = this.#job.stream
    if (to.type === 'line' || to.type === 'count' || to.type === 'multiple') {
      range.isActive = line < range.end
      range.isClosed = !range.isActive
      return to.type !== 'line' || line <= range.end
    }
    const ends = this.#isAt(to)
    const end = (is: boolean): true => {
      if (is) range.isActive = false
      range.isClosed = is
      return true
    }
    return typeof ends === 'boolean' ? end(ends) : ends.then(end)
  }

  #isAt(address: Address): boolean | Promise<boolean> {
    const { line } = this.#job.stream
    switch (address.type) {
      case 'line':
        return line === address.line
      case 'last':
        return this.#job.stream.isReady ? false : this.#job.stream.isLast()
      case 'regex':
        return this.#expression(address.pattern).test(this.#space)
      case 'step':
        return line >= address.first && (line - address.first) % address.step === 0
      default:
        return assertNever(address)
    }
  }

  #expression(pattern: Pattern | undefined): Pattern {
    const known = pattern ?? this.#last
    if (known === undefined) throw new CommandError('-e expression #1, char 0: no previous regular expression', 1)
    this.#last = known
    return known
  }

  #do(action: SedAction, at: number): Next | Promise<Next> {
    switch (action.type) {
      case 's':
        return this.#substitute(action)
      case '{':
      case '}':
        return 'on'
      case 'a':
        this.#queue.push({ type: 'text', text: action.text })
        return 'on'
      case 'i':
        if (action.text !== '') this.#job.output().line(action.text.slice(0, -1))
        return 'on'
      case 'c':
        return this.#change(action.text, at)
      case 'b':
        return action.to
      case 't':
      case 'T': {
        const jumps = this.#hasReplaced === (action.type === 't')
        this.#hasReplaced = false
        return jumps ? action.to : 'on'
      }
      case 'r':
        this.#queue.push({ type: 'file', path: action.file })
        return 'on'
      case 'R':
        return this.#readLine(action.file)
      case 'w':
        this.#job.files.output(action.file).line(this.#space, this.#isEnded)
        return 'on'
      case 'W':
        this.#job.files.output(action.file).line(this.#firstLine())
        return 'on'
      case 'y':
        this.#space = transliterated(this.#space, action.map)
        return 'on'
      case 'e':
        return this.#execute(action.command)
      case 'q':
      case 'Q':
        this.#code = action.number ?? 0
        return action.type === 'q' ? 'quit' : 'quit-silently'
      case 'l':
        this.#job.output().line(shownLine(bytesOf(this.#space), action.number ?? this.#job.width))
        return 'on'
      default:
        return this.#simple(action.type)
    }
  }

  #simple(type: SimpleType): Next | Promise<Next> {
    switch (type) {
      case 'd':
        return 'delete'
      case 'D':
        return this.#deleteFirst()
      case 'F':
        this.#job.output().line(this.#job.stream.name)
        return 'on'
      case 'g':
        this.#space = this.#hold
        this.#isEnded = this.#isHoldEnded
        return 'on'
      case 'G':
        this.#space += this.#job.mark + this.#hold
        this.#isEnded = this.#isHoldEnded
        return 'on'
      case 'h':
        this.#hold = this.#space
        this.#isHoldEnded = this.#isEnded
        return 'on'
      case 'H':
        this.#hold += this.#job.mark + this.#space
        this.#isHoldEnded = this.#isEnded
        return 'on'
      case 'n':
        return this.#next()
      case 'N':
        return this.#append()
      case 'p':
        this.#print()
        return 'on'
      case 'P':
        this.#job.output().line(this.#firstLine())
        return 'on'
      case 'x':
        ;[this.#space, this.#hold] = [this.#hold, this.#space]
        ;[this.#isEnded, this.#isHoldEnded] = [this.#isHoldEnded, this.#isEnded]
        return 'on'
      case 'z':
        this.#space = ''
        return 'on'
      case '=':
        this.#job.output().line(String(this.#job.stream.line))
        return 'on'
      default:
        return assertNever(type)
    }
  }

  #firstLine(): string {
    const end = this.#space.indexOf(this.#job.mark)
    return end < 0 ? this.#space : this.#space.slice(0, end)
  }

  #deleteFirst(): Next {
    const end = this.#space.indexOf(this.#job.mark)
    if (end < 0) return 'delete'
    this.#space = this.#space.slice(end + 1)
    return 'restart'
  }

  #change(text: string, at: number): Next {
    const command = this.#job.script.commands[at]
    const isInside = command?.to !== undefined && this.#ranges[at]?.isActive === true && !command.isNegated
    if (!isInside && text !== '') this.#job.output().line(text.slice(0, -1))
    return 'delete'
  }

  #substitute(action: Substitution): Next | Promise<Next> {
    const changed = substituted(this.#space, this.#expression(action.pattern), action)
    if (changed === undefined) return 'on'
    this.#space = changed
    this.#hasReplaced = true
    if (!action.runs) return this.#substitutionDone(action)
    if (action.printsFirst) this.#print()
    return lineOfShell(this.#job, changed).then((text) => {
      this.#space = text
      return this.#substitutionDone(action)
    })
  }

  #substitutionDone(action: Substitution): Next {
    if (action.prints) this.#print()
    if (action.file !== undefined) this.#job.files.output(action.file).line(this.#space, this.#isEnded)
    return 'on'
  }

  async #execute(script: string | undefined): Promise<Next> {
    if (script === undefined) {
      this.#space = await lineOfShell(this.#job, this.#space)
      this.#isEnded = true
    } else this.#job.output().put(await outputOfShell(this.#job, script))
    return 'on'
  }

  async #readLine(path: string): Promise<Next> {
    const line = await this.#job.files.nextLine(path)
    if (line !== undefined) this.#queue.push({ type: 'text', text: line.isEnded ? line.text + this.#job.mark : line.text })
    return 'on'
  }

  /** How `n` and `N` end where no line follows: all is over, or this file where files are separate. */
  async #ending(): Promise<Next | undefined> {
    const { stream, isPosix } = this.#job
    if (await stream.isOver()) return isPosix ? 'quit-silently' : 'quit'
    if (await stream.isLast()) return isPosix ? 'delete' : 'end'
    return undefined
  }

  async #next(): Promise<Next> {
    const ending = await this.#ending()
    if (ending !== undefined) return ending
    if (!this.#job.isQuiet) this.#print()
    const line = await this.#another()
    if (line === undefined) return 'quit-silently'
    this.#load(line)
    return 'on'
  }

  async #append(): Promise<Next> {
    const ending = await this.#ending()
    if (ending !== undefined) return ending
    const line = await this.#another()
    if (line === undefined) return 'quit'
    this.#space += this.#job.mark + line.text
    this.#isEnded = line.isEnded
    return 'on'
  }

  async #another(): Promise<SedLine | undefined> {
    if (this.#queue.length > 0) await this.#dump()
    const { stream } = this.#job
    return stream.isReady ? stream.takeReady() : this.#nextLine()
  }
}

/** The next multiple behind a line, which sed takes even where the line is one itself. */
function roundedUp(line: number, of: number): number {
  return of === 0 ? line : line + of - (line % of)
}
