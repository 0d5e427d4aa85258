import { useCallback, useState, type ReactNode } from 'react'
import { Dialog } from '@base-ui/react/dialog'
import { failureOf, type HistoryPoint, type Restored, type RestoreOptions } from '@tabwright/protocol'
import { X } from 'lucide-react'
import { t, type Phrase } from '../language'
import { Button } from '../layout/button'
import { clock } from '../layout/figures'
import { useLoad, type Loaded } from '../layout/use-load'
import type { HistorySource } from './history-source'
import { NamePoint } from './name-point'
import { PointFiles } from './point-files'
import { PointList } from './point-list'
import { RestorePlan } from './restore-plan'
import { chosenPoint, restoredText, type RestoreScope } from './restore-view'
import css from './history.module.css'

export interface HistoryDialogProps {
  readonly source: HistorySource
  /** Number of the message before which one wants to be; the newest point without it. */
  readonly before: number | undefined
  /** Why nothing can be restored now, in one sentence, and what to press about it. */
  readonly blocked: { readonly why: string; readonly action?: { readonly label: string; readonly onPress: () => void } } | undefined
  /** The present can be given a name: this tab may write the session. */
  readonly canName: boolean
  readonly onClose: () => void
  readonly onRestore: (options: RestoreOptions) => Promise<Restored>
  /** It is done; `text` says what, for the strip that offers to undo it. */
  readonly onRestored: (restored: Restored, scope: RestoreScope, text: string) => void
  readonly onFork: (point: HistoryPoint) => Promise<void>
}

/** The places of a session: looked at, compared, named, gone back to, forked from. */
export function HistoryDialog(props: HistoryDialogProps): ReactNode {
  const { source, onClose } = props
  const [round, setRound] = useState(0)
  // Another round is another function, and is read anew.
  const load = useCallback(async () => ({ round, points: (await source.points()).toReversed() }), [source, round])
  const points = useLoad(load)
  const name = async (wanted: string): Promise<void> => {
    await source.checkpoint(wanted)
    setRound((n) => n + 1)
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']} data-testid="rewind">
          <header className={css['head']}>
            <Dialog.Title className={css['title']}>{t('Rewind')}</Dialog.Title>
            {props.canName ? <NamePoint onName={name} /> : <span className={css['gap']} />}
            <Dialog.Close className={css['close']} aria-label={t('Close')}>
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <Body {...props} loaded={points} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

type LoadedPoints = Loaded<{ readonly points: readonly HistoryPoint[] }>

function Body(props: HistoryDialogProps & { readonly loaded: LoadedPoints }): ReactNode {
  const { loaded, source } = props
  const [now] = useState(() => Date.now())
  const [chosen, setChosen] = useState<number>()
  const [known, setKnown] = useState<readonly HistoryPoint[]>()
  if (loaded.type === 'ready' && loaded.value.points !== known) setKnown(loaded.value.points)
  if (loaded.type === 'failed')
    return (
      <p role="alert" className={css['sentence']}>
        {t('The history could not be read: {message}', { message: loaded.message })}
      </p>
    )
  if (known === undefined)
    return (
      <p role="status" className={css['sentence']}>
        {t('Reading the history…')}
      </p>
    )
  if (known.length === 0)
    return <p className={css['sentence']}>{t('Nothing to go back to yet: the first message makes the first point.')}</p>
  const point = chosenPoint(known, { chosen, before: props.before })
  return (
    <div className={css['body']}>
      <PointList points={known} chosen={point?.seq} onChoose={setChosen} now={now} />
      {point !== undefined && <PointDetails key={point.seq} {...props} source={source} point={point} points={known} now={now} />}
    </div>
  )
}

interface PointDetailsProps extends HistoryDialogProps {
  readonly point: HistoryPoint
  readonly points: readonly HistoryPoint[]
  readonly now: number
}

const SCOPES: readonly (readonly [RestoreScope, Phrase])[] = [
  ['code', 'Restore code'],
  ['conversation', 'Restore conversation'],
  ['both', 'Restore both'],
]

function PointDetails(props: PointDetailsProps): ReactNode {
  const { point, points, source, now, blocked } = props
  const [scope, setScope] = useState<RestoreScope>()
  const [problem, setProblem] = useState<string>()
  const fork = async (): Promise<void> => {
    setProblem(undefined)
    try {
      await props.onFork(point)
    } catch (error) {
      setProblem(t('{message} This session is as it was.', { message: failureOf(error).message }))
    }
  }
  if (scope !== undefined) {
    const restore = async (options: RestoreOptions): Promise<void> => {
      const restored = await props.onRestore(options)
      props.onRestored(restored, scope, restoredText(clock(point.at, now), scope, restored.paths.length))
    }
    return <RestorePlan source={source} point={point} scope={scope} now={now} onBack={() => setScope(undefined)} onRestore={restore} />
  }
  // A conversation goes on between two turns, never inside of one.
  const canTalk = point.isBorder && !point.isHidden
  return (
    <div className={css['details']}>
      <PointFiles source={source} from={point} points={points} now={now} />
      {blocked !== undefined && (
        <p className={css['blocked']}>
          {blocked.why}{' '}
          {blocked.action !== undefined && (
            <Button look="plain" onPress={blocked.action.onPress}>
              {blocked.action.label}
            </Button>
          )}
        </p>
      )}
      {blocked === undefined && !canTalk && (
        <p className={css['inside']}>
          {point.isHidden
            ? t('This place was taken back with its conversation: only code goes back to it.')
            : t('This place is inside of a turn: only code goes back to it.')}
        </p>
      )}
      {problem !== undefined && (
        <p role="alert" className={css['problem']}>
          {problem}
        </p>
      )}
      <footer className={css['actions']}>
        {SCOPES.map(([value, label]) => (
          <Button key={value} disabled={blocked !== undefined || (value !== 'code' && !canTalk)} onPress={() => setScope(value)}>
            {t(label)}
          </Button>
        ))}
        <span className={css['gap']} />
        <Button disabled={!canTalk} onPress={() => void fork()}>
          {t('Fork from here')}
        </Button>
      </footer>
    </div>
  )
}
