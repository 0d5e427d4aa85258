import { X } from 'lucide-react'
import { type JSX, type KeyboardEvent, useEffect, useId, useRef } from 'react'
import { t } from '../language'
import type { Buffer } from './buffers'
import css from './editor.module.css'

export interface EditorTabsProps {
  readonly open: readonly Buffer[]
  readonly active: string | undefined
  readonly onShow: (path: string) => void
  readonly onClose: (path: string) => void
}

/** Files of the same name are told apart by their folder. */
function label(path: string, open: readonly Buffer[]): { readonly name: string; readonly folder: string } {
  const nameOf = (full: string): string => full.slice(full.lastIndexOf('/') + 1)
  const name = nameOf(path)
  const twins = open.some((other) => other.path !== path && nameOf(other.path) === name)
  return { name, folder: twins ? path.slice(0, Math.max(path.lastIndexOf('/'), 0)) : '' }
}

/** The row of open files. Arrow keys move between them, Delete closes. */
export function EditorTabs({ open, active, onShow, onClose }: EditorTabsProps): JSX.Element {
  const row = useRef<HTMLDivElement>(null)
  const id = useId()
  const idOf = (path: string): string => `${id}${path.replaceAll(/\s/g, '%20')}`

  useEffect(() => {
    row.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [active])

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = open.findIndex((buffer) => buffer.path === active)
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const next = open[at + step]
    if (event.key === 'Delete' && active !== undefined) onClose(active)
    else if (step !== 0 && next !== undefined) {
      onShow(next.path)
      row.current?.querySelectorAll<HTMLElement>('[role="tab"]')[at + step]?.focus()
    } else return
    event.preventDefault()
  }

  return (
    <div ref={row} role="presentation" className={css.tabs} onKeyDown={onKeyDown}>
      {/* A list of tabs has tabs in it and nothing else, and each has its button to close beside it. */}
      <div role="tablist" aria-label={t('Open files')} aria-owns={open.map(({ path }) => idOf(path)).join(' ')} />
      {open.map((buffer) => {
        const { name, folder } = label(buffer.path, open)
        const selected = buffer.path === active
        return (
          <div key={buffer.path} role="presentation" className={css.tab} data-selected={selected}>
            <button
              type="button"
              id={idOf(buffer.path)}
              role="tab"
              aria-selected={selected}
              tabIndex={selected ? 0 : -1}
              title={buffer.path}
              className={css.tabName}
              onClick={() => onShow(buffer.path)}
              onAuxClick={(event) => event.button === 1 && onClose(buffer.path)}
            >
              {name}
              {folder !== '' && <span className={css.tabFolder}> {folder}</span>}
              {buffer.dirty && <span className="visually-hidden">{`, ${t('not saved')}`}</span>}
            </button>
            <button
              type="button"
              tabIndex={-1}
              aria-label={t('Close {name}', { name })}
              className={css.tabClose}
              onClick={() => onClose(buffer.path)}
            >
              {buffer.dirty && <span className={css.dot} aria-hidden="true" />}
              <X size={13} aria-hidden="true" className={css.tabX} />
            </button>
          </div>
        )
      })}
    </div>
  )
}
