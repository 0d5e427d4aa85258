import { assertNever } from '@tabwright/protocol'
import type { Net } from '../net'
import type { Shell } from '../shell'
import type { Signal } from '../signals'
import type { OpenFile } from '../streams/open-file'
import { branchAt, commonStart, complete, inColumns } from './completion'
import { searched, searchLabel, type HistorySearch } from './history-search'
import { EMPTY_LINE, fresh, insert, nextLine, type Line, type LineEffect } from './line-editor'
import { drawPrompt, erasePrompt, type ShownPrompt } from './prompt'
import { PseudoTerminal } from './pseudo-terminal'
import { readKeys, type TerminalKey } from './terminal-keys'

/** Where a session's shell stands. */
export interface TerminalState {
  /** A command line runs in front. */
  readonly isBusy: boolean
  readonly cwd: string
}

/** What a terminal session is made of. */
export interface TerminalSessionOptions {
  /** A new interactive shell: at the start, and after `exit`. */
  openShell(): Shell
  /** Puts text on the screen at once; ends when there is room for more. */
  show(text: string): Promise<void>
  /** Told after every command line and whenever the folder changed. */
  changed(state: TerminalState): void
  /** Told of every command line before it runs. */
  entered?(line: string): void
  /** Command lines from before, oldest first. */
  readonly history?: readonly string[]
  readonly columns: number
  readonly rows: number
  /** The shell is somebody else's, too: it is never left and never stopped, and a command line waits for its turn. */
  inTurn?(run: () => Promise<void>): Promise<void>
  /** The way to the network of what is typed here, where the shell's own is somebody else's. */
  readonly net?: Net | undefined
}

/** More names than this nobody reads; the rest is counted. */
const MOST_LISTED = 200
const DIM = '\x1b[2m'
const PLAIN = '\x1b[0m'
const PASTE_PLAIN = '\x1b[?2004l'

/** One person at one shell: a line editor while nothing runs, the keyboard of what runs otherwise. */
export class TerminalSession {
  readonly #options: TerminalSessionOptions
  readonly #terminal: PseudoTerminal
  #shell: Shell
  #columns: number
  #line: Line = EMPTY_LINE
  #shown: ShownPrompt | undefined
  #search: (HistorySearch & { readonly isFailed: boolean }) | undefined
  #running: AbortController | undefined
  /** The shell was left; the next key opens another. */
  #isOver = false
  #isMidLine = false
  #saidStopped = false
  #isTabAgain = false
  /** Somebody else's command runs in the shell: keys are for it. */
  #isAside = false

  constructor(options: TerminalSessionOptions) {
    this.#options = options
    this.#columns = options.columns
    this.#terminal = new PseudoTerminal({
      show: (text) => this.#programSays(text),
      signal: (signal) => this.#signal(signal),
      foreground: () => this.#shell.foreground,
    })
    this.#shell = options.openShell()
    this.#shell.setSize(options.columns, options.rows)
    this.#recall(options.history ?? [])
    this.#draw()
    this.#tell()
  }

  /** Keys and pastes, as a terminal sends them. */
  input(data: string): void {
    if (this.#running !== undefined || this.#isAside) return this.#terminal.type(data)
    if (this.#isOver) return this.#again(data)
    for (const key of readKeys(data)) {
      this.#press(key)
      if (this.#isBusyNow()) return
    }
    if (!this.#isOver) this.#draw()
    this.#tell()
  }

  resize(columns: number, rows: number): void {
    const erase = erasePrompt(this.#shown)
    this.#shown = undefined
    this.#columns = columns
    this.#shell.setSize(columns, rows)
    if (this.#running !== undefined || this.#isOver || this.#isAside) return
    this.#emit(erase)
    this.#draw()
  }

  /** Somebody else's command begins in a shell that is shared. */
  stepAside(): void {
    this.#isAside = true
    // Whatever comes is written over the prompt.
    this.#shown = undefined
  }

  /** It ended. */
  comeBack(): void {
    this.#isAside = false
    this.#terminal.takeAhead()
    if (this.#running === undefined) this.#draw()
    this.#tell()
  }

  /** What programs of somebody else's command read while a person sits here. */
  get keyboard(): OpenFile {
    return this.#terminal.file
  }

  /** Ends what the person runs, and the shell if it is theirs alone. */
  close(): void {
    this.#running?.abort()
    this.#terminal.close()
    if (this.#options.inTurn === undefined) this.#shell.close()
  }

  #signal(signal: Signal): void {
    // Nobody could bring back what the other one waits for.
    if (signal !== 'TSTP' || this.#options.inTurn === undefined) this.#shell.signal(signal)
  }

  #isBusyNow(): boolean {
    return this.#running !== undefined
  }

  #emit(text: string): void {
    // Nobody waits: what the editor shows is small.
    if (text !== '') void this.#options.show(text)
  }

  #tell(): void {
    this.#options.changed({ isBusy: this.#running !== undefined, cwd: this.#shell.cwd })
  }

  #recall(history: readonly string[]): void {
    for (const line of history) this.#shell.remember(line)
    this.#line = { ...EMPTY_LINE, history: this.#shell.history, at: this.#shell.history.length }
  }

  #again(data: string): void {
    this.#isOver = false
    this.#shell = this.#options.openShell()
    this.#recall(this.#line.history)
    this.#shell.setSize(this.#columns, Number(this.#shell.variable('LINES') ?? this.#options.rows))
    // The key that asked for the shell is not for it, but a word that was begun is.
    if (data >= ' ' && data !== '\x7f') return this.input(data)
    this.#draw()
    this.#tell()
  }

  /** Output of a program; of a job in the background it goes above the prompt. */
  #programSays(text: string): Promise<void> {
    if (this.#running !== undefined || this.#isOver || this.#isAside) {
      this.#isMidLine = !text.endsWith('\n')
      return this.#options.show(text)
    }
    const above = erasePrompt(this.#shown) + text + (text.endsWith('\n') ? '' : '\r\n')
    this.#shown = undefined
    const room = this.#options.show(above)
    this.#draw()
    return room
  }

  get #label(): string {
    if (this.#search !== undefined) return searchLabel(this.#search, this.#search.isFailed)
    const { cwd } = this.#shell
    const branch = branchAt(this.#shell.tree, cwd)
    return `${cwd}${branch === undefined ? '' : ` (${branch})`} $`
  }

  #draw(): void {
    const { bytes, shown } = drawPrompt(this.#label, this.#line, { column: 0, columns: this.#columns })
    this.#emit(erasePrompt(this.#shown) + bytes)
    this.#shown = shown
  }

  /** Leaves the line as it stands and goes below it. */
  #below(mark = ''): void {
    this.#line = { ...this.#line, cursor: this.#line.text.length }
    this.#draw()
    this.#emit(`${mark}\r\n`)
    this.#shown = undefined
  }

  #press(key: TerminalKey): void {
    if (this.#search !== undefined && !this.#pressSearching(key, this.#search)) return
    const isTabAgain = this.#isTabAgain
    this.#isTabAgain = false
    const { line, effect } = nextLine(this.#line, key)
    if (effect === undefined) this.#line = line
    else this.#act(effect, { line, isTabAgain })
  }

  /** True: the search is over, and the key does what it always does. */
  #pressSearching(key: TerminalKey, search: HistorySearch): boolean {
    const { history } = this.#line
    const look = (wanted: HistorySearch, isNext: boolean): false => {
      const found = searched(history, wanted, isNext)
      this.#search = { ...(found ?? { ...wanted, at: search.at }), isFailed: found === undefined }
      const text = found === undefined ? undefined : history[found.at]
      if (text !== undefined) this.#line = { ...this.#line, text, cursor: text.length }
      return false
    }
    if (key.type === 'text') return look({ query: search.query + key.text, at: search.at }, false)
    if (key.type === 'backspace') return look({ query: search.query.slice(0, -1), at: history.length }, false)
    if (key.type === 'searchBack') return look(search, true)
    this.#search = undefined
    if (key.type !== 'cancel' && key.type !== 'interrupt') return true
    this.#line = fresh(this.#line)
    return false
  }

  #act(effect: LineEffect, { line, isTabAgain }: { readonly line: Line; readonly isTabAgain: boolean }): void {
    switch (effect.type) {
      case 'run':
        // What is pasted into a program goes to it as it is.
        this.#below(PASTE_PLAIN)
        this.#line = line
        if (effect.text.trim() !== '') void this.#run(effect.text)
        return
      case 'interrupt':
        this.#below('^C')
        this.#line = line
        return
      case 'complete':
        return this.#complete(isTabAgain)
      case 'searchBack':
        this.#search = { query: '', at: line.history.length, isFailed: false }
        return
      case 'leave':
        this.#below()
        return this.#leave()
      case 'clearScreen':
        this.#emit('\x1b[H\x1b[2J')
        this.#shown = undefined
        return
      default:
        assertNever(effect)
    }
  }

  #complete(isAgain: boolean): void {
    const shell = this.#shell
    const line = this.#line
    const { from, words, names } = complete(line.text.slice(0, line.cursor), {
      tree: shell.tree,
      cwd: shell.cwd,
      home: shell.variable('HOME') ?? '/',
      commands: shell.commandNames,
      variables: shell.variableNames,
    })
    const typed = line.text.slice(from, line.cursor)
    const common = commonStart(words)
    const [only] = words
    if (words.length === 1 && only !== undefined) return this.#replace(from, only.endsWith('/') ? only : `${only} `)
    if (common.length > typed.length && common.startsWith(typed)) return this.#replace(from, common)
    if (words.length === 0 || !isAgain) {
      this.#isTabAgain = words.length > 0
      return this.#emit('\x07')
    }
    this.#below()
    const more = names.length > MOST_LISTED ? `and ${names.length - MOST_LISTED} more\r\n` : ''
    this.#emit(inColumns(names.slice(0, MOST_LISTED), this.#columns) + more)
    this.#line = line
  }

  #replace(from: number, text: string): void {
    const { cursor, text: all } = this.#line
    this.#line = insert({ ...this.#line, text: all.slice(0, from) + all.slice(cursor), cursor: from }, text)
  }

  async #run(text: string): Promise<void> {
    const running = new AbortController()
    this.#running = running
    this.#isMidLine = false
    this.#shell.remember(text.trim())
    this.#options.entered?.(text.trim())
    this.#tell()
    await this.#inTurn(async () => {
      const output = (_: string, said: string): void => void this.#programSays(said.replaceAll('\n', '\r\n'))
      const { net } = this.#options
      await this.#shell.run({ command: text, signal: running.signal, terminal: this.#terminal.file, output, net })
    })
    if (this.#isMidLine) this.#emit('\r\n')
    this.#running = undefined
    // Closed meanwhile: nobody looks any more.
    if (running.signal.aborted) return
    this.#sayNotices()
    if (this.#shell.hasExited) this.#leave()
    else this.#saidStopped = false
    this.#line = { ...this.#line, history: this.#shell.history, at: this.#shell.history.length }
    if (!this.#isOver && !this.#isAside) this.#draw()
    this.#tell()
    const ahead = this.#terminal.takeAhead()
    if (ahead !== '' && !this.#isOver && !this.#isAside) for (const piece of ahead.split(/(?=\n)|(?<=\n)/u)) this.input(piece)
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    return this.#options.inTurn?.(run) ?? run()
  }

  #sayNotices(): void {
    this.#emit(this.#shell.notices().replaceAll('\n', '\r\n'))
  }

  /** `exit`, or Ctrl-D on an empty line; stopped jobs are told once before. */
  #leave(): void {
    if (this.#options.inTurn !== undefined) {
      this.#shell.stay()
      return this.#emit('This shell is shared; it stays.\r\n')
    }
    if (this.#shell.hasStoppedJobs && !this.#saidStopped) {
      this.#saidStopped = true
      this.#shell.stay()
      return this.#emit('There are stopped jobs.\r\n')
    }
    this.#saidStopped = false
    this.#isOver = true
    this.#shell.close()
    this.#line = fresh(this.#line)
    this.#emit(`${DIM}[This shell ended. Press a key for a new one.]${PLAIN}\r\n`)
    this.#tell()
  }
}
