import '@xterm/xterm/css/xterm.css'
import { type JSX, useEffect, useRef, useState } from 'react'
import { ShellScreen } from './shell-screen'
import css from './terminal.module.css'
import type { TerminalSource } from './terminal-source'

export interface TerminalPaneProps {
  readonly terminal: TerminalSource
  /** Output is shown, nothing can be typed: another tab writes the session, or it is not open yet. */
  readonly readOnly: boolean
  /** Mirrors the screen for assistive technology; costs speed, so only when asked for. */
  readonly screenReader?: boolean
}

/** Lets an opening animation and a dragged edge come to rest. */
const SETTLE_MS = 80

/** Fits the screen to its box: after a pause, in a frame, once the fonts are there. */
function keepFitted(box: HTMLElement, shell: ShellScreen): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame = 0
  const later = (): void => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    timer = setTimeout(() => {
      frame = requestAnimationFrame(() => shell.fit())
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

/** The terminal of the session. Collapse it as you like: a hidden box is never refitted, and a new one reads the history. */
export function TerminalPane({ terminal, readOnly, screenReader = false }: TerminalPaneProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const [trouble, setTrouble] = useState<string>()

  const [shell, setShell] = useState<ShellScreen>()

  useEffect(() => {
    if (box.current === null) return
    const made = new ShellScreen(box.current, { source: terminal, screenReader, onTrouble: setTrouble })
    const release = keepFitted(box.current, made)
    setShell(made)
    return () => {
      setShell(undefined)
      release()
      made.dispose()
    }
  }, [terminal, screenReader])

  useEffect(() => shell?.setReadOnly(readOnly), [shell, readOnly])

  return (
    <section aria-label="Terminal" className={css.pane}>
      {trouble !== undefined && (
        <p role="alert" className={css.trouble}>
          {trouble}
        </p>
      )}
      <div ref={box} className={css.box} />
    </section>
  )
}
