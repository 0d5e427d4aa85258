import { assertNever, failureOf } from '@tabwright/protocol'
import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import { watchTheme } from '../editor/theme-watch'
import { unseen } from './join-history'
import { EMPTY_LINE, type Line, type LineEffect, nextLine } from './line-editor'
import { NO_OUTPUT, pushed, taken } from './output-queue'
import { type ShownPrompt, drawPrompt, erasePrompt } from './prompt'
import { readKeys } from './terminal-keys'
import type { TerminalSource } from './terminal-source'
import { terminalTheme } from './terminal-theme'

export interface ShellOptions {
  readonly source: TerminalSource
  readonly screenReader: boolean
  /** A sentence about what did not work; `undefined` when it no longer matters. */
  readonly onTrouble: (sentence: string | undefined) => void
}

/** Below this fit would reflow the buffer to a handful of columns and push its history out (browser.md §7). */
const SMALLEST = { width: 80, height: 24 }
const SCROLLBACK = 5000
/** Live text that overlaps with the stored history arrives within a few frames of it. */
const OVERLAP_MS = 80
/** Quiet time after output before asking where the shell stands now. */
const QUIET_MS = 150

/** One xterm on one shell: its output, our prompt below it, and the line being typed. Disposed with its pane. */
export class ShellScreen {
  readonly #terminal: Terminal
  readonly #fit = new FitAddon()
  readonly #options: ShellOptions
  readonly #endings: (() => void)[] = []
  #line: Line = EMPTY_LINE
  #cwd = ''
  #output = NO_OUTPUT
  #shown: ShownPrompt | undefined
  #stale = false
  #resize = false
  #clear = false
  #pumping = false
  /** A command of the person runs; what is typed meanwhile appears with the next prompt. */
  #running = false
  #stopped = false
  /** Until the pane says otherwise. */
  #readOnly = true
  #gone = false
  #quiet: ReturnType<typeof setTimeout> | undefined

  constructor(box: HTMLElement, options: ShellOptions) {
    this.#options = options
    this.#terminal = new Terminal({
      fontFamily: getComputedStyle(box).getPropertyValue('--font-mono'),
      fontSize: 12.5,
      lineHeight: 1.3,
      scrollback: SCROLLBACK,
      cursorStyle: 'bar',
      cursorInactiveStyle: 'none',
      theme: terminalTheme(),
      minimumContrastRatio: 4.5,
      screenReaderMode: options.screenReader,
      disableStdin: true,
      linkHandler: { activate: openLink },
    })
    this.#terminal.loadAddon(this.#fit)
    this.#terminal.open(box)
    this.#terminal.attachCustomKeyEventHandler((event) => isForTerminal(event, this.#terminal))
    this.#terminal.onData((data) => this.#type(data))
    this.#endings.push(watchTheme(() => (this.#terminal.options.theme = terminalTheme())))
    void this.#follow()
  }

  /** Call after the box changed its size; small and hidden boxes are left alone. */
  fit(): void {
    const box = this.#terminal.element?.parentElement
    if (this.#gone || !box || box.clientWidth < SMALLEST.width || box.clientHeight < SMALLEST.height || !box.checkVisibility()) return
    const wanted = this.#fit.proposeDimensions()
    if (wanted === undefined || (wanted.cols === this.#terminal.cols && wanted.rows === this.#terminal.rows)) return
    this.#resize = true
    void this.#pump()
  }

  /** Whether output is only shown and nothing can be typed. */
  setReadOnly(readOnly: boolean): void {
    if (readOnly === this.#readOnly) return
    this.#readOnly = readOnly
    this.#terminal.options.disableStdin = readOnly
    this.#redraw()
  }

  dispose(): void {
    this.#gone = true
    clearTimeout(this.#quiet)
    for (const end of this.#endings) end()
    this.#terminal.dispose()
  }

  /** History first, then what comes; nothing twice, nothing left out. */
  async #follow(): Promise<void> {
    const { source, onTrouble } = this.#options
    let early: string | undefined = ''
    this.#endings.push(
      source.subscribe((text) => {
        if (early === undefined) this.#show(text)
        else early += text
      }),
    )
    try {
      const [history, cwd] = await Promise.all([source.history(), source.cwd()])
      this.#cwd = cwd
      await new Promise((resolve) => setTimeout(resolve, OVERLAP_MS))
      this.#show(history + unseen(history, early))
    } catch (thrown) {
      this.#show(early)
      onTrouble(`Older terminal text could not be read: ${failureOf(thrown).message}`)
    }
    early = undefined
    this.#stale = true
    void this.#pump()
  }

  #show(text: string): void {
    if (this.#gone) return
    this.#output = pushed(this.#output, text)
    // The agent may have changed the folder: it is one shell.
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => void this.#askFolder(), QUIET_MS)
    void this.#pump()
  }

  async #askFolder(): Promise<void> {
    const cwd = await this.#options.source.cwd().catch((thrown: unknown) => {
      this.#options.onTrouble(failureOf(thrown).message)
      return this.#cwd
    })
    if (this.#gone || cwd === this.#cwd) return
    this.#cwd = cwd
    this.#redraw()
  }

  #type(data: string): void {
    if (this.#readOnly) return
    for (const key of readKeys(data)) {
      const before = this.#line
      const { line, effect } = nextLine(before, key)
      this.#line = line
      if (effect !== undefined) this.#act(effect, before)
    }
    this.#redraw()
  }

  #act(effect: LineEffect, before: Line): void {
    this.#options.onTrouble(undefined)
    switch (effect.type) {
      case 'run':
        // One command at a time: the typed one stays in the line until this one ended.
        if (this.#running) this.#line = before
        else if (effect.commands.length > 0) void this.#run(effect.commands)
        return
      case 'interrupt':
        if (this.#running) this.#interrupt()
        else this.#output = pushed(this.#output, `\x1b[2m${this.#cwd} $\x1b[0m ${before.text.replaceAll('\n', '\r\n')}^C\r\n`)
        return
      case 'clearScreen':
        this.#clear = true
        return
      default:
        assertNever(effect)
    }
  }

  async #run(commands: readonly string[]): Promise<void> {
    this.#running = true
    this.#stopped = false
    try {
      for (const command of commands) {
        if (this.#stopped) break
        const { cwd } = await this.#options.source.run(command)
        this.#cwd = cwd
      }
    } catch (thrown) {
      const failure = failureOf(thrown)
      if (failure.code !== 'aborted') this.#options.onTrouble(failure.message)
    }
    this.#running = false
    this.#redraw()
  }

  #interrupt(): void {
    this.#stopped = true
    this.#options.source.interrupt().catch((thrown: unknown) => this.#options.onTrouble(`Not interrupted: ${failureOf(thrown).message}`))
  }

  #redraw(): void {
    this.#stale = true
    void this.#pump()
  }

  /** The one writer to xterm: each step waits until xterm has taken the one before, so the cursor is where we think it is. */
  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    while (!this.#gone && (await this.#step()));
    this.#pumping = false
  }

  async #step(): Promise<boolean> {
    if (this.#resize) {
      this.#resize = false
      await this.#write(this.#withoutPrompt())
      this.#fit.fit()
      this.#stale = true
      return true
    }
    if (this.#output.text !== '') {
      const [piece, rest] = taken(this.#output)
      this.#output = rest
      await this.#write(this.#withoutPrompt() + piece)
      this.#stale = true
      return true
    }
    if (!this.#stale) return false
    this.#stale = false
    await this.#drawPrompt()
    return true
  }

  async #drawPrompt(): Promise<void> {
    if (this.#clear) {
      this.#clear = false
      await this.#write(`${this.#withoutPrompt()}\x1b[H\x1b[2J`)
    }
    const column = this.#shown?.resume ?? this.#terminal.buffer.active.cursorX
    const erase = this.#withoutPrompt()
    if (this.#running || this.#readOnly || this.#cwd === '') return this.#write(erase)
    const { bytes, shown } = drawPrompt(this.#cwd, this.#line, { column, columns: this.#terminal.cols })
    this.#shown = shown
    return this.#write(erase + bytes)
  }

  #withoutPrompt(): string {
    const bytes = erasePrompt(this.#shown)
    this.#shown = undefined
    return bytes
  }

  #write(bytes: string): Promise<void> {
    if (bytes === '') return Promise.resolve()
    return new Promise((resolve) => this.#terminal.write(bytes, resolve))
  }
}

/** Links of a program's output open only with Ctrl or Cmd held, as pages of their own. */
function openLink(event: MouseEvent, uri: string): void {
  if (!(event.ctrlKey || event.metaKey) || !/^https?:\/\//i.test(uri)) return
  window.open(uri, '_blank', 'noopener,noreferrer')
}

/** Keys that stay with the browser or the page: Tab leaves, Ctrl+` closes the drawer, copy and paste do what they do everywhere. */
function isForTerminal(event: KeyboardEvent, terminal: Terminal): boolean {
  if (event.key === 'Tab' || event.code === 'Backquote') return !(event.key === 'Tab' || event.ctrlKey)
  if (!event.ctrlKey || event.altKey || event.metaKey) return true
  if (event.code === 'KeyV') return false
  return !(event.code === 'KeyC' && !event.shiftKey && terminal.hasSelection())
}
