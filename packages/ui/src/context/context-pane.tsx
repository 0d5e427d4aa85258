import { useState, type ReactNode } from 'react'
import type { CostView, WindowMeter, WindowPart, WindowView } from '@tabwright/protocol'
import { ChevronRight } from 'lucide-react'
import { Visible } from '../approvals/exact-request'
import { clearedSentence, meterText, shareOf } from '../chat/context-figures'
import { Button } from '../layout/button'
import { plural, t } from '../language'
import { count } from '../layout/figures'
import { useKept } from '../layout/use-load'
import { useNow } from '../layout/use-now'
import { bySize, countedLines, partName, partSentence, percent, sourceSentence, totalOf } from './context-view'
import { CostSection } from './cost-section'
import css from './context.module.css'

export interface ContextPaneProps {
  /** Reads what is in the window; another function reads it anew. */
  readonly load: () => Promise<WindowView>
  readonly window: WindowMeter
  /** Reads what it cost; another function reads it anew. */
  readonly cost: () => Promise<CostView>
  /** Summarises the conversation now. */
  readonly onCompact: () => void
  /** Why it cannot be summarised right now. */
  readonly compactBlocked?: string | undefined
}

/** What is in the model's window, by size, and what of it came from the provider's cache. */
export function ContextPane({ load, window, cost, onCompact, compactBlocked }: ContextPaneProps): ReactNode {
  const state = useKept(load)
  return (
    <section className={css['pane']} aria-label={t('Context')} tabIndex={0}>
      {state.type === 'loading' && <p role="status">{t('Reading what is in the window…')}</p>}
      {state.type === 'failed' && (
        <p role="alert">{t('What is in the window could not be read: {message} The session is as it was.', { message: state.message })}</p>
      )}
      {state.type === 'ready' && state.value.parts.length === 0 && (
        <p className={css['empty']}>
          {t('Nothing is in the window yet. It fills with the first message: the system prompt, the tools, and what you write.')}
        </p>
      )}
      {state.type === 'ready' && state.value.parts.length > 0 && (
        <>
          <Whole view={state.value} window={window} />
          <Parts view={state.value} />
          <Newest view={state.value} />
          <div className={css['action']}>
            <Button disabled={compactBlocked !== undefined} onPress={onCompact}>
              {t('Summarise now')}
            </Button>
            <span>{compactBlocked ?? t('Frees the window; the whole conversation stays in the log.')}</span>
          </div>
        </>
      )}
      <CostSection load={cost} />
    </section>
  )
}

function Whole({ view, window }: { readonly view: WindowView; readonly window: WindowMeter }): ReactNode {
  const now = useNow(false)
  const total = totalOf(view)
  const { limit, compactAt } = window
  return (
    <header className={css['whole']}>
      <h2>{t('In the window')}</h2>
      <p className={css['sum']}>{meterText({ ...window, used: Math.round(total) })}</p>
      {limit !== undefined && (
        <div className={css['track']} aria-hidden>
          <span style={{ inlineSize: `${shareOf(total, limit) * 100}%` }} />
          {compactAt !== undefined && <i style={{ insetInlineStart: `${shareOf(compactAt, limit) * 100}%` }} />}
        </div>
      )}
      <p className={css['source']}>{sourceSentence(view.counted, now)}</p>
    </header>
  )
}

function Parts({ view }: { readonly view: WindowView }): ReactNode {
  const whole = totalOf(view)
  const parts = bySize(view.parts)
  const largest = parts[0]?.tokens ?? 0
  return (
    <>
      {view.counted && (
        <p className={css['legend']} aria-hidden>
          <span data-of="cached" /> {t('read from the cache')} <span data-of="fresh" /> {t('read anew, or new')}
        </p>
      )}
      <ul className={css['parts']} aria-label={t('Parts of the window, largest first')}>
        {parts.map((part) => (
          <Part key={part.name} part={part} whole={whole} largest={largest} />
        ))}
      </ul>
    </>
  )
}

interface PartProps {
  readonly part: WindowPart
  readonly whole: number
  readonly largest: number
}

/** One part; opened, it lists what is largest in it. */
function Part({ part, whole, largest }: PartProps): ReactNode {
  const [open, setOpen] = useState(false)
  const { name, tokens, cached, items, more } = part
  const fresh = tokens - cached
  const sentence = partSentence(part, whole)
  return (
    <li className={css['part']}>
      <button type="button" aria-expanded={open} title={sentence} onClick={() => setOpen(!open)}>
        <span className="visually-hidden">{`${partName(name)}: ${sentence}`}</span>
        <ChevronRight size={13} aria-hidden />
        <span className={css['name']} aria-hidden>
          {partName(name)}
        </span>
        <span className={css['figure']} aria-hidden>
          {count(Math.round(tokens))}
        </span>
        <span className={css['share']} aria-hidden>
          {percent(tokens, whole)}
        </span>
        <span className={css['bar']} aria-hidden>
          <span data-of="cached" style={{ inlineSize: `${shareOf(cached, largest) * 100}%` }} />
          <span data-of="fresh" style={{ inlineSize: `${shareOf(fresh, largest) * 100}%` }} />
        </span>
      </button>
      {open && (
        <ol className={css['items']}>
          {items.map((item) => (
            <li key={item.name}>
              <span className={css['item']}>
                <Visible text={item.name} />
                {item.times > 1 && <span className={css['times']}>{` · ${plural(item.times, 'time')}`}</span>}
              </span>
              <span className={css['figure']}>{count(Math.round(item.tokens))}</span>
            </li>
          ))}
          {more > 0 && <li className={css['more']}>{t('and {more}', { more: plural(more, 'smaller one') })}</li>}
        </ol>
      )}
    </li>
  )
}

function Newest({ view: { counted, ahead, cleared } }: { readonly view: WindowView }): ReactNode {
  return (
    <dl className={css['facts']} aria-label={t('The newest request, in tokens')}>
      {counted && countedLines(counted).map(([name, value]) => <Line key={name} name={name} value={value} />)}
      {ahead > 0 && <Line name={t('Waits for the next request')} value={t('about {amount}', { amount: count(ahead) })} />}
      {cleared && <Line name={t('The provider left out')} value={clearedSentence(cleared)} />}
    </dl>
  )
}

function Line({ name, value }: { readonly name: string; readonly value: string }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}
