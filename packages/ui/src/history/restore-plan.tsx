import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { failureOf, type HistoryPoint, type RestoreOptions } from '@tabwright/protocol'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { said, t } from '../language'
import { clock } from '../layout/figures'
import type { HistorySource } from './history-source'
import {
  changedByText,
  confirmText,
  keptByDefault,
  plannedFiles,
  pointTitle,
  touched,
  type PlannedFile,
  type RestoreScope,
} from './restore-view'
import { useLoad } from '../layout/use-load'
import css from './history.module.css'

export interface RestorePlanProps {
  readonly source: HistorySource
  readonly point: HistoryPoint
  readonly scope: RestoreScope
  readonly now: number
  readonly onBack: () => void
  readonly onRestore: (options: RestoreOptions) => Promise<void>
}

const NO_FILES: readonly PlannedFile[] = []

/** What a restore will touch, before it does: each file is named, and those that somebody else changed are asked about. */
export function RestorePlan({ source, point, scope, now, onBack, onRestore }: RestorePlanProps): ReactNode {
  const load = useCallback(() => source.planRestore(point.seq), [source, point.seq])
  const plan = useLoad(load)
  const [choices, setChoices] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const back = useRef<HTMLButtonElement>(null)
  useEffect(() => back.current?.focus(), [])

  const files = plan.type === 'ready' && scope !== 'conversation' ? plannedFiles(plan.value) : NO_FILES
  const kept = new Set(keptByDefault(files))
  for (const [path, keep] of choices) {
    if (keep) kept.add(path)
    else kept.delete(path)
  }
  const count = touched(files, kept)
  const restore = async (): Promise<void> => {
    if (plan.type !== 'ready') return
    setBusy(true)
    setProblem(undefined)
    try {
      await onRestore({ to: point.seq, scope, keep: [...kept], asOf: plan.value.asOf })
    } catch (error) {
      setBusy(false)
      setProblem(t('{message} Nothing was changed.', { message: failureOf(error).message }))
    }
  }
  return (
    <section className={css['plan']} aria-label={t('What will change')}>
      <h3>
        {clock(point.at, now)} · <Visible text={pointTitle(point)} />
      </h3>
      {scope !== 'code' && (
        <p>
          {t(
            'The conversation goes on from there. What came after stays in the log, the agent no longer sees it, and the message that followed comes back into the box.',
          )}
        </p>
      )}
      {plan.type === 'loading' && <p role="status">{t('Looking at what would change…')}</p>}
      {plan.type === 'failed' && <p role="alert">{said(plan.message)}</p>}
      {plan.type === 'ready' && scope !== 'conversation' && files.length === 0 && (
        <p>{t('No file of this session differs from how it was then.')}</p>
      )}
      {files.length > 0 && (
        <>
          <p>
            {files.length === 1
              ? t('1 file of this session differs from how it was then. Files it never touched stay as they are.')
              : t('{count} files of this session differ from how they were then. Files it never touched stay as they are.', {
                  count: files.length,
                })}
          </p>
          <ul className={css['planned']} aria-label={t('Files to restore')}>
            {files.map((file) => (
              <PlannedRow
                key={file.path}
                file={file}
                keep={kept.has(file.path)}
                onKeep={(keep) => setChoices((all) => new Map(all).set(file.path, keep))}
              />
            ))}
          </ul>
        </>
      )}
      {problem !== undefined && (
        <p role="alert" className={css['problem']}>
          {problem}
        </p>
      )}
      <footer className={css['actions']}>
        <Button ref={back} onPress={onBack}>
          {t('Back')}
        </Button>
        <span className={css['gap']} />
        <Button look="primary" disabled={busy || plan.type !== 'ready' || (scope === 'code' && count === 0)} onPress={() => void restore()}>
          {confirmText(scope, count)}
        </Button>
      </footer>
    </section>
  )
}

interface PlannedRowProps {
  readonly file: PlannedFile
  readonly keep: boolean
  readonly onKeep: (keep: boolean) => void
}

function PlannedRow({ file, keep, onKeep }: PlannedRowProps): ReactNode {
  const name = `what-becomes-of ${file.path}`
  return (
    <li data-asked={file.askedOf !== undefined || undefined}>
      <span className={css['path']}>
        <Visible text={file.path} />
      </span>
      {file.missing && <span className={css['flag']}>{t('its content of then is gone')}</span>}
      {file.askedOf !== undefined && <span className={css['flag']}>{changedByText(file.askedOf)}</span>}
      {file.askedOf === undefined || file.missing ? (
        <span className={css['fate']}>{file.missing ? t('stays') : file.action === 'delete' ? t('is deleted') : t('is restored')}</span>
      ) : (
        <span role="radiogroup" aria-label={file.path} className={css['fate']}>
          <label>
            <input type="radio" name={name} checked={keep} onChange={() => onKeep(true)} /> {t('Keep')}
          </label>
          <label>
            <input type="radio" name={name} checked={!keep} onChange={() => onKeep(false)} />{' '}
            {file.action === 'delete' ? t('Delete') : t('Restore')}
          </label>
        </span>
      )}
    </li>
  )
}
