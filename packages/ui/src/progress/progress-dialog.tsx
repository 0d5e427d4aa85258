import type { ReactNode } from 'react'
import { Dialog } from '@base-ui/react/dialog'
import type { Progress, ProgressItem, ProgressStep } from '@tabwright/protocol'
import { RefreshCw, X } from 'lucide-react'
import { t } from '../language'
import { Visible } from '../approvals/exact-request'
import { IconButton } from '../layout/icon-button'
import { clock } from '../layout/figures'
import { useLoad } from '../layout/use-load'
import { figures, itemWord, metricRow, omittedText, resultSign, resultWord, stepNotes } from './progress-view'
import css from './progress.module.css'

export interface ProgressDialogProps {
  readonly title: string
  /** Reads the page; another function reads it anew. */
  readonly load: () => Promise<Progress>
  readonly onAgain: () => void
  readonly onClose: () => void
}

/** What a session was asked for, did, does and has left, on one page that a person can read. */
export function ProgressDialog({ title, load, onAgain, onClose }: ProgressDialogProps): ReactNode {
  const state = useLoad(load)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']}>
          <header className={css['head']}>
            <Dialog.Title className={css['title']}>{t('Progress')}</Dialog.Title>
            <span className={css['name']}>{title}</span>
            <IconButton label={t('Read again')} onPress={onAgain}>
              <RefreshCw size={15} aria-hidden />
            </IconButton>
            <Dialog.Close className={css['close']} aria-label={t('Close')}>
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <div className={css['page']} tabIndex={0} role="region" aria-label={t('Progress of the session')}>
            {state.type === 'loading' && <p role="status">{t('Reading the log…')}</p>}
            {state.type === 'failed' && (
              <p role="alert">{t('The page could not be made: {message} The session is as it was.', { message: state.message })}</p>
            )}
            {state.type === 'ready' && <Page progress={state.value} />}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Page({ progress }: { readonly progress: Progress }): ReactNode {
  const { goal, done, inHand, left, omitted, totals, metrics } = progress
  return (
    <>
      <dl className={css['figures']}>
        {figures(progress).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Part
        title={t('Asked for')}
        omitted={omittedText(omitted.goal, 'older message')}
        empty={t('Nothing was asked for yet.')}
        lines={goal}
        now={totals.to}
      />
      <Part title={t('In hand')} empty={t('Nothing is under way.')} lines={inHand} now={totals.to} note={(item) => itemWord(item.kind)} />
      <Part
        title={t('Left')}
        omitted={omittedText(omitted.left, 'older line')}
        empty={t('Nothing is left open.')}
        lines={left}
        now={totals.to}
        note={(item) => itemWord(item.kind)}
      />
      <Done steps={done} omitted={omittedText(omitted.done, 'older step')} now={totals.to} />
      <section aria-label={t('How it goes')}>
        <h3>{t('How it goes')}</h3>
        <dl className={css['figures']}>
          {metrics.map(metricRow).map(([name, value, isAlarm]) => (
            <div key={name} data-alarm={isAlarm || undefined}>
              <dt>{name}</dt>
              <dd>
                {value}
                {isAlarm && <span>{` ⚠ ${t('look here')}`}</span>}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  )
}

interface PartProps<T> {
  readonly title: string
  readonly lines: readonly T[]
  readonly omitted?: string | undefined
  readonly empty: string
  readonly now: number
  readonly note?: (line: T) => string
}

function Part<T extends Progress['goal'][number] | ProgressItem>({ title, lines, omitted, empty, now, note }: PartProps<T>): ReactNode {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {omitted !== undefined && <p className={css['omitted']}>{omitted}</p>}
      {lines.length === 0 && <p className={css['omitted']}>{empty}</p>}
      <ul>
        {lines.map((line, at) => (
          // One fact can give several lines of the same list.
          <li key={`${line.seq} ${at}`}>
            <time>{clock(line.at, now)}</time>
            <span className={css['text']}>
              <Visible text={line.text} />
            </span>
            {note !== undefined && <span className={css['note']}>{note(line)}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Done({
  steps,
  omitted,
  now,
}: {
  readonly steps: readonly ProgressStep[]
  readonly omitted: string | undefined
  readonly now: number
}): ReactNode {
  return (
    <section aria-label={t('Done')}>
      <h3>{t('Done')}</h3>
      {omitted !== undefined && <p className={css['omitted']}>{omitted}</p>}
      {steps.length === 0 && <p className={css['omitted']}>{t('Nothing was done yet.')}</p>}
      <ul>
        {steps.map((step, at) => (
          <li key={`${step.seq} ${at}`} data-result={step.result} data-kind={step.kind}>
            <time>{clock(step.at, now)}</time>
            <span className={css['sign']} aria-hidden>
              {step.kind === 'asked' ? '›' : resultSign(step.result)}
            </span>
            <span className="visually-hidden">{step.kind === 'asked' ? t('asked') : resultWord(step.result)}: </span>
            <span className={css['text']}>
              <Visible text={step.text} />
            </span>
            <span className={css['note']}>{stepNotes(step)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
