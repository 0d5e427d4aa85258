import { failureOf } from '@tabwright/protocol'
import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal } from '@xterm/xterm'
import { t } from '../language'
import { watchTheme } from '../editor/theme-watch'
import { unseen } from './join-history'
import { NO_OUTPUT, pushed, taken } from './output-queue'
import { quiet } from './quiet-parser'
import { isForTerminal } from './terminal-shortcuts'
import type { KeyboardSource, TerminalSource } from './terminal-source'
import { contrastNow, searchColors, terminalTheme } from './terminal-theme'

export interface ScreenOptions {
  readonly source: TerminalSource
  /** What stands on a screen that showed nothing yet. */
  readonly hint: string
  /** Where keys go; nowhere when left out. */
  readonly keyboard?: KeyboardSource | undefined
  /** A sentence about what did not work; `undefined` when it no longer matters. */
  readonly onTrouble: (sentence: string | undefined) => void
  /** Somebody wants to open a link of a program's output. */
  readonly onLink: (uri: string) => void
  /** Somebody wants to search. */
  readonly onSearch: () => void
  /** Which of how many places the search stands at, counted from 1; 0: at none. */
  readonly onFound: (found: Found) => void
}

export interface Found {
  readonly at: number
  readonly of: number
}

/** Below this fit would reflow the buffer to a handful of columns and push its history out (browser.md §7). */
const SMALLEST = { width: 80, height: 24 }
const SCROLLBACK = 5000
/** Live text that overlaps with the stored history arrives within a few frames of it. */
const OVERLAP_MS = 80
const NO_HINT = '\r\x1b[2K'

/** One xterm that shows what a source says, and sends it what is typed. Disposed with its pane. */
export class TerminalScreen {
  readonly #terminal: Terminal
  readonly #fit = new FitAddon()
  readonly #search = new SearchAddon()
  readonly #options: ScreenOptions
  readonly #endings: (() => void)[] = []
  #output = NO_OUTPUT
  #resize = false
  #pumping = false
  #hasHint = false
  /** Until the pane says otherwise. */
  #readOnly = true
  #gone = false

  constructor(box: HTMLElement, options: ScreenOptions) {
    this.#options = options
    const openLink = (_event: MouseEvent, uri: string): void => options.onLink(uri)
    this.#terminal = new Terminal({
      // What marks the places that a search found is no settled interface of xterm's.
      allowProposedApi: true,
      fontFamily: getComputedStyle(box).getPropertyValue('--font-mono'),
      fontSize: 12.5,
      lineHeight: 1.3,
      scrollback: SCROLLBACK,
      cursorStyle: 'bar',
      cursorInactiveStyle: 'none',
      theme: terminalTheme(),
      minimumContrastRatio: contrastNow(),
      disableStdin: true,
      linkHandler: { activate: openLink },
    })
    for (const addon of [this.#fit, this.#search, new WebLinksAddon(openLink)]) this.#terminal.loadAddon(addon)
    quiet(this.#terminal)
    this.#terminal.open(box)
    this.#terminal.attachCustomKeyEventHandler((event) =>
      isForTerminal(event, {
        terminal: this.#terminal,
        isReadOnly: this.#readOnly,
        onSearch: options.onSearch,
        onCopy: () => this.#copy(),
      }),
    )
    this.#terminal.onData((data) => this.#type(data))
    // Tab is the shell's: whoever has only a keyboard must be told the way out.
    this.#terminal.textarea?.setAttribute('aria-description', t('Shift+Tab leaves the terminal.'))
    this.#terminal.textarea?.addEventListener('focus', () => this.#type(''))
    this.#search.onDidChangeResults(({ resultIndex, resultCount }) => options.onFound({ at: resultIndex + 1, of: resultCount }))
    this.#endings.push(
      watchTheme(() => {
        this.#terminal.options.theme = terminalTheme()
        this.#terminal.options.minimumContrastRatio = contrastNow()
      }),
    )
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
    if (readOnly) return
    this.#tellSize()
    // Somebody came to the keyboard before it took keys.
    if (this.#terminal.textarea !== undefined && document.activeElement === this.#terminal.textarea) this.#type('')
  }

  /** Mirrors the screen for assistive technology, which costs speed. */
  setScreenReader(on: boolean): void {
    this.#terminal.options.screenReaderMode = on
  }

  focus(): void {
    this.#terminal.focus()
  }

  find(text: string, where: 'next' | 'previous' | 'here'): void {
    const options = { decorations: searchColors(), incremental: where === 'here' }
    if (text === '') return this.endSearch()
    if (where === 'previous') this.#search.findPrevious(text, options)
    else this.#search.findNext(text, options)
  }

  endSearch(): void {
    this.#search.clearDecorations()
    this.#options.onFound({ at: 0, of: 0 })
  }

  dispose(): void {
    this.#gone = true
    for (const end of this.#endings) end()
    this.#terminal.dispose()
  }

  /** History first, then what comes; nothing twice, nothing left out. */
  async #follow(): Promise<void> {
    const { source, hint, onTrouble } = this.#options
    let early: string | undefined = ''
    this.#endings.push(
      source.subscribe((text) => {
        if (early === undefined) this.#show(text)
        else early += text
      }),
    )
    try {
      const history = await source.history()
      await new Promise((resolve) => setTimeout(resolve, OVERLAP_MS))
      const text = history + unseen(history, early)
      if (text === '') this.#show(`\x1b[2m${hint}\x1b[0m`)
      this.#hasHint = text === ''
      this.#show(text)
    } catch (thrown) {
      this.#show(early)
      onTrouble(t('Older terminal text could not be read: {message}', { message: failureOf(thrown).message }))
    }
    early = undefined
  }

  #show(text: string): void {
    if (this.#gone || text === '') return
    this.#output = pushed(this.#output, this.#hasHint ? NO_HINT + text : text)
    this.#hasHint = false
    void this.#pump()
  }

  #type(data: string): void {
    const { keyboard, onTrouble } = this.#options
    if (this.#readOnly || keyboard === undefined) return
    onTrouble(undefined)
    // Also after a search went up and the box changed its size: what is typed is to be seen.
    if (data !== '') this.#terminal.scrollToBottom()
    keyboard.input(data).catch((thrown: unknown) => onTrouble(failureOf(thrown).message))
  }

  #copy(): void {
    const copied = navigator.clipboard.writeText(this.#terminal.getSelection())
    copied.catch((thrown: unknown) => this.#options.onTrouble(t('Nothing was copied: {message}', { message: failureOf(thrown).message })))
  }

  #tellSize(): void {
    const { keyboard, onTrouble } = this.#options
    if (this.#readOnly || keyboard === undefined) return
    const { cols, rows } = this.#terminal
    keyboard.resize({ columns: cols, rows }).catch((thrown: unknown) => onTrouble(failureOf(thrown).message))
  }

  /** The one writer to xterm: each step waits until xterm has taken the one before, so a flood never piles up in there. */
  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    while (!this.#gone && (await this.#step()));
    this.#pumping = false
  }

  async #step(): Promise<boolean> {
    if (this.#resize) {
      this.#resize = false
      const { viewportY, baseY } = this.#terminal.buffer.active
      this.#fit.fit()
      // Whoever saw the newest line sees it still.
      if (viewportY >= baseY) this.#terminal.scrollToBottom()
      this.#tellSize()
      return true
    }
    if (this.#output.text === '') return false
    const [piece, rest] = taken(this.#output)
    this.#output = rest
    const { viewportY, baseY } = this.#terminal.buffer.active
    await new Promise<void>((resolve) => this.#terminal.write(piece, resolve))
    // A search that scrolled up, and a box that then grew until all fits, leave xterm not following what comes.
    if (viewportY >= baseY && this.#terminal.buffer.active.viewportY === viewportY) this.#terminal.scrollToBottom()
    return true
  }
}
