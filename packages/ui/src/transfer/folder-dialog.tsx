import { Dialog } from '@base-ui/react/dialog'
import { failureOf } from '@tabwright/protocol'
import { X } from 'lucide-react'
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { Visible } from '../approvals/exact-request'
import { ConflictDiff, type ConflictSides } from './conflict-diff'
import { Button } from '../layout/button'
import { plural, Rich, t } from '../language'
import { useLoad } from '../layout/use-load'
import {
  answers,
  conflictText,
  fateText,
  theirsSentence,
  touchedBy,
  writeLabel,
  writtenSentence,
  type FolderPlanFileView,
  type FolderPlanView,
  type LeftOutView,
  type WrittenFolderView,
} from './folder-view'
import css from './folder.module.css'

/** Where the plan comes from and what writes it: an open session of the runtime fits as it is. */
export interface FolderTarget {
  planFolder(): Promise<FolderPlanView>
  /** Both sides of a file of the plan, as texts. */
  readConflict(plan: string, path: string): Promise<ConflictSides>
  writeFolder(plan: string, overwrite: readonly string[]): Promise<WrittenFolderView>
}

export interface FolderDialogProps {
  /** Name of the folder. */
  readonly folder: string
  readonly target: FolderTarget
  readonly onClose: () => void
  /** All of it was written; the sentence says what. */
  readonly onWritten: (text: string) => void
}

/** Shows what would be written to a folder of the person's disk, asks about conflicts, and writes when its one button is pressed. */
export function FolderDialog(props: FolderDialogProps): ReactNode {
  const { folder, target, onClose, onWritten } = props
  const [round, setRound] = useState(0)
  // Another round is another function, and looks anew.
  const load = useCallback(async () => ({ round, plan: await target.planFolder() }), [target, round])
  const loaded = useLoad(load)
  const [written, setWritten] = useState<WrittenFolderView>()
  const again = (): void => {
    setWritten(undefined)
    setRound((n) => n + 1)
  }
  const done = (result: WrittenFolderView): void => {
    if (result.failed.length > 0) return setWritten(result)
    onWritten(writtenSentence(result))
    onClose()
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']}>
          <header className={css['head']}>
            <Dialog.Title className={css['title']}>
              <Rich text="Write changes to {folder}" with={{ folder: <Visible text={folder} /> }} />
            </Dialog.Title>
            <span className={css['gap']} />
            <Dialog.Close className={css['close']} aria-label={t('Close')}>
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          {loaded.type === 'loading' && (
            <p role="status" className={css['sentence']}>
              {t('Comparing with the folder…')}
            </p>
          )}
          {loaded.type === 'failed' && (
            <p role="alert" className={css['sentence']}>
              {loaded.message}
            </p>
          )}
          {loaded.type === 'ready' && written === undefined && (
            <Plan key={loaded.value.round} plan={loaded.value.plan} target={target} onClose={onClose} onAgain={again} onDone={done} />
          )}
          {written !== undefined && <Outcome written={written} onClose={onClose} onAgain={again} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface PlanProps {
  readonly plan: FolderPlanView
  readonly target: FolderTarget
  readonly onClose: () => void
  readonly onAgain: () => void
  readonly onDone: (written: WrittenFolderView) => void
}

function Plan({ plan, target, onClose, onAgain, onDone }: PlanProps): ReactNode {
  const [now] = useState(() => Date.now())
  const [overwrite, setOverwrite] = useState<ReadonlySet<string>>(new Set())
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [compared, setCompared] = useState<string>()
  const cancel = useRef<HTMLButtonElement>(null)
  useEffect(() => cancel.current?.focus(), [])
  const read = useCallback(() => target.readConflict(plan.id, compared ?? ''), [target, plan.id, compared])
  const touched = touchedBy(plan, overwrite)
  const conflicts = plan.files.filter(({ fate }) => fate === 'conflict')
  const others = plan.files.filter(({ fate }) => fate !== 'conflict')
  const choose = (path: string, isOver: boolean): void =>
    setOverwrite((all) => new Set(isOver ? [...all, path] : [...all].filter((other) => other !== path)))
  const write = async (): Promise<void> => {
    setBusy(true)
    setProblem(undefined)
    try {
      onDone(await target.writeFolder(plan.id, [...overwrite]))
    } catch (error) {
      setBusy(false)
      setProblem(failureOf(error).message)
    }
  }
  return (
    <>
      <div className={css['body']}>
        {plan.files.length === 0 && <p>{t('Nothing changed here that {folder} does not have.', { folder: plan.folder })}</p>}
        {conflicts.length > 0 && (
          <section aria-label={t('Conflicts')}>
            <h3>{t('Changed here and on the disk')}</h3>
            <p>{t('The disk keeps its own unless you choose otherwise.')}</p>
            <ul className={css['files']} aria-label={t('Files in conflict')}>
              {conflicts.map((file) => (
                <Conflict
                  key={file.path}
                  file={file}
                  isOver={overwrite.has(file.path)}
                  now={now}
                  onChoose={choose}
                  isCompared={compared === file.path}
                  onCompare={(on) => setCompared(on ? file.path : undefined)}
                  read={read}
                />
              ))}
            </ul>
          </section>
        )}
        {others.length > 0 && (
          <section aria-label={t('Changes')}>
            <h3>{t('{files} changed here', { files: plural(others.length, 'file') })}</h3>
            <ul className={css['files']} aria-label={t('Files to write')}>
              {others.map((file) => (
                <li key={file.path} data-fate={file.fate}>
                  <span className={css['path']}>
                    <Visible text={file.path} />
                  </span>
                  <span className={css['fate']}>{fateText(file)}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
        {plan.theirs.length > 0 && <p>{theirsSentence(plan.theirs)}</p>}
        <LeftOut title={t('Not written')} files={plan.leftOut} />
      </div>
      {problem !== undefined && (
        <p role="alert" className={css['problem']}>
          {problem}
        </p>
      )}
      <footer className={css['actions']}>
        <Button ref={cancel} onPress={onClose}>
          {t('Cancel')}
        </Button>
        <Button look="plain" disabled={busy} onPress={onAgain}>
          {t('Look again')}
        </Button>
        <span className={css['gap']} />
        <Button look="primary" disabled={busy || touched.written + touched.removed === 0} onPress={() => void write()}>
          {busy ? t('Writing…') : writeLabel(touched)}
        </Button>
      </footer>
    </>
  )
}

interface ConflictProps {
  readonly file: FolderPlanFileView
  readonly isOver: boolean
  readonly now: number
  readonly onChoose: (path: string, isOver: boolean) => void
  /** Its two sides are shown; those of one file at a time. */
  readonly isCompared: boolean
  readonly onCompare: (on: boolean) => void
  readonly read: () => Promise<ConflictSides>
}

function Conflict({ file, isOver, now, onChoose, isCompared, onCompare, read }: ConflictProps): ReactNode {
  const [keep, overwrite] = answers(file)
  const name = `of-the-disk ${file.path}`
  return (
    <li data-fate="conflict">
      <span className={css['path']}>
        <Visible text={file.path} />
      </span>
      <span className={css['flag']}>{conflictText(file, now)}</span>
      <span role="radiogroup" aria-label={file.path} className={css['fate']}>
        <label>
          <input type="radio" name={name} checked={!isOver} onChange={() => onChoose(file.path, false)} /> {keep}
        </label>
        <label>
          <input type="radio" name={name} checked={isOver} onChange={() => onChoose(file.path, true)} /> {overwrite}
        </label>
      </span>
      <button
        type="button"
        className={css['compare']}
        aria-expanded={isCompared}
        aria-label={t('Differences of {path}', { path: file.path })}
        onClick={() => onCompare(!isCompared)}
      >
        {isCompared ? t('Hide differences') : t('Show differences')}
      </button>
      {isCompared && (
        <div className={css['compared']}>
          <ConflictDiff path={file.path} read={read} />
        </div>
      )}
    </li>
  )
}

function LeftOut({ title, files }: { readonly title: string; readonly files: readonly LeftOutView[] }): ReactNode {
  if (files.length === 0) return null
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul className={css['files']} aria-label={title}>
        {files.map(({ path, why }) => (
          <li key={path}>
            <span className={css['path']}>
              <Visible text={path} />
            </span>
            <span className={css['fate']}>{why}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface OutcomeProps {
  readonly written: WrittenFolderView
  readonly onClose: () => void
  readonly onAgain: () => void
}

/** Some of it could not be written: which, and why. */
function Outcome({ written, onClose, onAgain }: OutcomeProps): ReactNode {
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => close.current?.focus(), [])
  return (
    <>
      <div className={css['body']}>
        <p role="alert">
          {writtenSentence(written)}{' '}
          {written.failed.length === 1
            ? t('1 file stays as on the disk; here nothing is lost.')
            : t('{count} files stay as on the disk; here nothing is lost.', { count: written.failed.length })}
        </p>
        <LeftOut title={t('Left as on the disk')} files={written.failed} />
      </div>
      <footer className={css['actions']}>
        <Button ref={close} onPress={onClose}>
          {t('Done')}
        </Button>
        <span className={css['gap']} />
        <Button look="primary" onPress={onAgain}>
          {t('Look again')}
        </Button>
      </footer>
    </>
  )
}
