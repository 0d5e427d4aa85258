import '@xterm/xterm/css/xterm.css'
import { type JSX, useEffect, useRef, useState } from 'react'
import { ShellScreen } from './shell-screen'
import css from './terminal.module.css'
import type { TerminalSource } from './terminal-source'

export interface TerminalPaneProps {
  readonly terminal: TerminalSource
  /** Another tab writes the session: output is shown, nothing can be typed. */
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

  useEffect(() => {
    if (box.current === null) return
    const shell = new ShellScreen(box.current, { source: terminal, readOnly, screenReader, onTrouble: setTrouble })
    const release = keepFitted(box.current, shell)
    return () => {
      release()
      shell.dispose()
    }
  }, [terminal, readOnly, screenReader])

  return (
    <section aria-label="Terminal" className={css.pane}>
      {readOnly && <p className={css.note}>Another tab writes this session; the terminal only shows.</p>}
      {trouble !== undefined && (
        <p role="alert" className={css.trouble}>
          {trouble}
        </p>
      )}
      <div ref={box} className={css.box} />
    </section>
  )
}
