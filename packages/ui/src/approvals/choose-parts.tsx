import { failureOf, type Hunk } from '@tabwright/protocol'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { t } from '../language'
import type { FileContent } from '../files/file-source'
import { Button } from '../layout/button'
import { lineHunks, partTexts } from '../review/line-hunks'
import { partPlace } from '../review/part-place'
import { StaticDiff } from '../review/static-diff'
import type { EditQuestion } from './request'
import styles from './permission-card.module.css'

/** What the person leaves out of an edit, and of which file. */
export interface RefusedParts {
  readonly refused: readonly Hunk[]
  /** Version of the file that a whole new content was compared with. */
  readonly base: number | null
  readonly why?: string
}

export interface ChoosePartsProps {
  readonly edit: EditQuestion
  readonly disabled: boolean
  readonly readFile: (path: string) => Promise<FileContent>
  readonly onUse: (parts: RefusedParts) => void
  readonly onCancel: () => void
}

type Old =
  | { readonly type: 'loading' }
  | { readonly type: 'none'; readonly why: string }
  | { readonly type: 'text'; readonly text: string; readonly base: number | null }

/** What the new text is compared with: for a whole file, the file as it is now. */
function useOld({ path, before }: EditQuestion, readFile: ChoosePartsProps['readFile']): Old {
  const [read, setRead] = useState<Old>({ type: 'loading' })
  useEffect(() => {
    if (before !== null) return
    let gone = false
    readFile(path)
      .then((file): Old => {
        if (file.type !== 'text') return { type: 'none', why: t('This file is not text: the edit is allowed or denied whole.') }
        return { type: 'text', text: file.text, base: file.version }
      })
      .catch((thrown: unknown): Old => {
        const { code, message } = failureOf(thrown)
        return { type: 'none', why: code === 'not_found' ? t('This file is new: it is allowed or denied whole.') : message }
      })
      .then(
        (old) => {
          if (!gone) setRead(old)
        },
        (thrown: unknown) => reportError(thrown),
      )
    return () => {
      gone = true
    }
  }, [path, before, readFile])
  return before === null ? read : { type: 'text', text: before, base: null }
}

/** An edit that was not made yet, part by part: what stays ticked is judged and asked about as an edit of its own. */
export function ChooseParts({ edit, disabled, readFile, onUse, onCancel }: ChoosePartsProps): ReactNode {
  const old = useOld(edit, readFile)
  const [out, setOut] = useState<ReadonlySet<number>>(new Set())
  const [why, setWhy] = useState('')
  const text = old.type === 'text' ? old.text : undefined
  const hunks = useMemo(() => (text === undefined ? [] : lineHunks(text, edit.after)), [text, edit.after])
  if (old.type === 'loading') return <p className={styles['hint']}>{t('Reading the file…')}</p>
  if (old.type === 'none') return <p className={styles['hint']}>{old.why}</p>
  const toggle = (at: number): void => setOut(out.has(at) ? new Set([...out].filter((one) => one !== at)) : new Set([...out, at]))
  const isNothing = out.size === 0 || out.size === hunks.length
  const use = (): void =>
    onUse({ refused: hunks.filter((_, at) => out.has(at)), base: old.base, ...(why.trim() !== '' && { why: why.trim() }) })
  return (
    <fieldset
      className={styles['parts']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        onCancel()
      }}
    >
      <legend>{t('Parts of this edit')}</legend>
      {hunks.map((hunk, at) => (
        <div key={at} className={styles['part']} data-out={out.has(at)}>
          <label>
            <input type="checkbox" checked={!out.has(at)} autoFocus={at === 0} onChange={() => toggle(at)} />{' '}
            {t('Part {n}, {place}', { n: at + 1, place: partPlace(hunk) })}
          </label>
          <StaticDiff {...partTexts(old.text, edit.after, hunk)} />
        </div>
      ))}
      {out.size > 0 && (
        <input
          className={styles['note']}
          aria-label={t('Reason for the agent')}
          placeholder={t('Why not the rest? (for the agent)')}
          value={why}
          onChange={(event) => setWhy(event.target.value)}
        />
      )}
      {out.size === hunks.length && <p className={styles['hint']}>{t('Nothing of the edit is left: deny it instead.')}</p>}
      <div className={styles['changeActions']}>
        <Button look="plain" onPress={onCancel}>
          {t('Cancel')}
        </Button>
        <Button disabled={disabled || isNothing} onPress={use}>
          {t('Use the ticked parts')}
        </Button>
      </div>
    </fieldset>
  )
}
