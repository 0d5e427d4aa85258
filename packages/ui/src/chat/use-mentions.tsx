import { useId, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { failureOf } from '@tabwright/protocol'
import { t } from '../language'
import { mentionAt, withMention, type Mention } from './mention'
import styles from './composer.module.css'

export interface MentionsOptions {
  readonly box: RefObject<HTMLTextAreaElement | null>
  readonly put: (text: string) => void
  /** Paths of the workspace, newest first; undefined: there are none to name here. */
  readonly files: (() => Promise<readonly string[]>) | undefined
  readonly onProblem: (problem: string) => void
}

export interface Mentions {
  /** The files that may be meant; stands over the box. */
  readonly list: ReactNode
  /** True: the key was for the list. */
  readonly take: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean
  /** To be called after each change of the text and each move of the caret. */
  readonly look: () => void
  readonly close: () => void
  /** For the box: what of the list is marked. */
  readonly aria: { readonly 'aria-controls'?: string; readonly 'aria-activedescendant'?: string }
}

interface Shown {
  readonly mention: Mention
  readonly paths: readonly string[]
  readonly at: number
}

/** Files named by an `@` in the box. The list is read when a name is begun; the focus stays in the box. */
export function useMentions({ box, put, files, onProblem }: MentionsOptions): Mentions {
  const [shown, setShown] = useState<Shown>()
  const known = useRef<Promise<readonly string[]>>(undefined)
  /** Where an `@` stands whose list was closed by hand. */
  const closed = useRef<number>(undefined)
  const id = useId()

  const close = (): void => {
    setShown(undefined)
    known.current = undefined
  }
  const search = async (mention: Mention, read: NonNullable<MentionsOptions['files']>): Promise<void> => {
    try {
      known.current ??= read()
      const [{ searchFiles }, paths] = await Promise.all([import('./search-files'), known.current])
      // What was typed meanwhile counts, not what it was searched for.
      const now = here()
      if (now?.from !== mention.from) return
      setShown({ mention: now, paths: searchFiles(paths, now.query), at: 0 })
    } catch (error) {
      close()
      onProblem(t('The files could not be listed: {why}', { why: failureOf(error).message }))
    }
  }
  const here = (): Mention | undefined => {
    const { current } = box
    if (current === null || current.selectionStart !== current.selectionEnd) return undefined
    return mentionAt(current.value, current.selectionStart)
  }
  const look = (): void => {
    const mention = files === undefined ? undefined : here()
    if (mention === undefined || files === undefined) {
      closed.current = undefined
      return close()
    }
    if (closed.current !== mention.from) void search(mention, files)
  }
  const pick = (path: string): void => {
    const { current } = box
    const mention = here()
    if (current === null || mention === undefined) return close()
    const next = withMention(current.value, mention, path)
    put(next.text)
    close()
    current.focus()
    // The box has the new text after this render.
    requestAnimationFrame(() => current.setSelectionRange(next.caret, next.caret))
  }
  const take = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    if (shown === undefined || event.nativeEvent.isComposing) return false
    const { paths, at } = shown
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const marked = paths[at]
    if (event.key === 'Escape') {
      closed.current = shown.mention.from
      close()
      // It closes the list alone, and stops nothing.
      event.stopPropagation()
    } else if (step !== 0 && paths.length > 0) setShown({ ...shown, at: (at + step + paths.length) % paths.length })
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && marked !== undefined) pick(marked)
    else return false
    event.preventDefault()
    return true
  }
  const isOpen = shown !== undefined && shown.paths.length > 0
  return {
    list: isOpen ? <MentionList id={id} paths={shown.paths} at={shown.at} onPick={pick} /> : undefined,
    take,
    look,
    close,
    aria: isOpen ? { 'aria-controls': id, 'aria-activedescendant': `${id}-${shown.at}` } : {},
  }
}

interface MentionListProps {
  readonly id: string
  readonly paths: readonly string[]
  readonly at: number
  readonly onPick: (path: string) => void
}

function MentionList({ id, paths, at, onPick }: MentionListProps): ReactNode {
  return (
    <ul id={id} role="listbox" className={styles['commands']} aria-label={t('Files')}>
      {paths.map((path, n) => {
        const cut = path.lastIndexOf('/') + 1
        return (
          <li
            key={path}
            id={`${id}-${n}`}
            role="option"
            aria-selected={n === at}
            aria-label={path}
            className={styles['file']}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onPick(path)}
          >
            <code>{path.slice(cut)}</code>
            <span>{path.slice(0, cut)}</span>
          </li>
        )
      })}
    </ul>
  )
}
