import { useCallback, type ReactNode } from 'react'
import { t } from '../language'
import { useMonaco } from '../editor/load-monaco'
import type { FileContent } from '../files/file-source'
import { Button } from '../layout/button'
import { useLoad } from '../layout/use-load'
import { changeView } from '../review/change-view'
import { DiffHost } from '../review/diff-host'
import { OneSideHost } from '../review/one-side-host'
import css from './folder.module.css'

/** Both sides of a file; `null`: it is not there. */
export interface ConflictSides {
  readonly disk: FileContent | null
  readonly here: FileContent | null
}

export interface ConflictDiffProps {
  readonly path: string
  readonly read: () => Promise<ConflictSides>
}

/** What writing would make of the disk's file: its text against the one that is here. */
export function ConflictDiff({ path, read }: ConflictDiffProps): ReactNode {
  const loaded = useLoad(useCallback(() => read(), [read]))
  const monaco = useMonaco()
  if (loaded.type === 'failed') return <p role="alert">{loaded.message}</p>
  if (monaco.type === 'failed')
    return (
      <div role="alert">
        <p>{monaco.message}</p>
        <Button onPress={monaco.retry}>{t('Try again')}</Button>
      </div>
    )
  if (loaded.type === 'loading' || monaco.type === 'loading') return <p role="status">{t('Reading both sides…')}</p>
  const { disk, here } = loaded.value
  const view = changeView({ added: 0, removed: 0 }, { before: disk, after: here })
  if (view.type === 'sentence') return <p>{view.text}</p>
  if (view.heavy) return <p>{t('Both texts together are too long to be compared here.')}</p>
  return (
    <figure aria-label={t('{path}: the disk’s, and what is here', { path })} className={css['sides']}>
      <figcaption>{t('− is the disk’s, + is what is here.')}</figcaption>
      {view.type === 'diff' ? (
        <DiffHost monaco={monaco.monaco} path={path} before={view.before} after={view.after} split={false} />
      ) : (
        <OneSideHost monaco={monaco.monaco} path={path} text={view.text} side={view.side} />
      )}
    </figure>
  )
}
