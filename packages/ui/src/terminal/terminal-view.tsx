import '@xterm/xterm/css/xterm.css'
import { type JSX, useEffect, useRef, useState } from 'react'
import { LinkDialog } from './link-dialog'
import { SearchBar } from './search-bar'
import { type Found, TerminalScreen } from './terminal-screen'
import css from './terminal.module.css'
import type { KeyboardSource, TerminalSource } from './terminal-source'

export interface TerminalViewProps {
  /** Its accessible name. */
  readonly label: string
  readonly source: TerminalSource
  /** What stands on a screen that showed nothing yet. */
  readonly hint: string
  /** Where keys go; nowhere when left out. */
  readonly keyboard?: KeyboardSource
  readonly readOnly: boolean
  readonly screenReader: boolean
  readonly searching: boolean
  readonly onSearch: (searching: boolean) => void
  /** It is to have the focus, as soon as it can. */
  readonly isAsked: boolean
  readonly onFocused: () => void
}

/** Lets an opening animation and a dragged edge come to rest. */
const SETTLE_MS = 80
const NOWHERE: Found = { at: 0, of: 0 }

/** Fits the screen to its box: after a pause, in a frame, once the fonts are there. */
function keepFitted(box: HTMLElement, screen: TerminalScreen): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame = 0
  const later = (): void => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    timer = setTimeout(() => {
      frame = requestAnimationFrame(() => screen.fit())
    }, SETTLE_MS)
  }
  const observer = new ResizeObserver(later)
  observer.observe(box)
  void document.fonts.ready.then(later)
  return () => {
    observer.disconnect()
    clearTimeout(timer)
    cancelAnimationFrame(frame)
  }
}

/** One terminal. Collapse it as you like: a hidden box is never refitted, and a new one reads the history. */
export function TerminalView({
  label,
  source,
  hint,
  keyboard,
  readOnly,
  screenReader,
  searching,
  onSearch,
  isAsked,
  onFocused,
}: TerminalViewProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const [trouble, setTrouble] = useState<string>()
  const [link, setLink] = useState<string>()
  const [found, setFound] = useState(NOWHERE)
  const [screen, setScreen] = useState<TerminalScreen>()

  useEffect(() => {
    if (box.current === null) return
    const made = new TerminalScreen(box.current, {
      source,
      hint,
      keyboard,
      onTrouble: setTrouble,
      onLink: (uri) => setLink(/^https?:\/\//i.test(uri) ? uri : undefined),
      onSearch: () => onSearch(true),
      onFound: setFound,
    })
    const release = keepFitted(box.current, made)
    setScreen(made)
    return () => {
      setScreen(undefined)
      release()
      made.dispose()
    }
  }, [source, hint, keyboard, onSearch])

  useEffect(() => screen?.setReadOnly(readOnly), [screen, readOnly])
  useEffect(() => screen?.setScreenReader(screenReader), [screen, screenReader])
  useEffect(() => {
    if (screen === undefined || !isAsked) return
    screen.focus()
    onFocused()
  }, [screen, isAsked, onFocused])

  return (
    <section aria-label={label} className={css.pane}>
      {trouble !== undefined && (
        <p role="alert" className={css.trouble}>
          {trouble}
        </p>
      )}
      {searching && screen !== undefined && (
        <SearchBar
          found={found}
          onFind={(text, where) => screen.find(text, where)}
          onClose={() => {
            screen.endSearch()
            onSearch(false)
            screen.focus()
          }}
        />
      )}
      <div ref={box} className={css.box} />
      {link !== undefined && <LinkDialog uri={link} onClose={() => setLink(undefined)} />}
    </section>
  )
}
