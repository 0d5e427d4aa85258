import type { ReactNode } from 'react'
import type { CostView } from '@tabwright/protocol'
import { t } from '../language'
import { costSentence, shareOf } from '../chat/context-figures'
import { useKept } from '../layout/use-load'
import { budgetText, costFigures, modelCells, toolCells } from './cost-view'
import css from './context.module.css'

export interface CostSectionProps {
  /** Reads what it cost; another function reads it anew. */
  readonly load: () => Promise<CostView>
}

/** What the session cost, by model and by tool, and where the limits stand. */
export function CostSection({ load }: CostSectionProps): ReactNode {
  const state = useKept(load)
  return (
    <section className={css['cost']} aria-label={t('Cost')}>
      <h2>{t('What it cost')}</h2>
      {state.type === 'loading' && <p role="status">{t('Adding up the bills…')}</p>}
      {state.type === 'failed' && (
        <p role="alert">{t('The bills could not be read: {message} The session is as it was.', { message: state.message })}</p>
      )}
      {state.type === 'ready' && <Costs cost={state.value} />}
    </section>
  )
}

function Costs({ cost }: { readonly cost: CostView }): ReactNode {
  const { session, models, tools, budget } = cost
  return (
    <>
      <dl className={css['figures']}>
        {costFigures(cost).map(([name, value, about]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
            <dd className={css['about']}>{about}</dd>
          </div>
        ))}
      </dl>
      {session.unknown.length > 0 && <p className={css['source']}>{costSentence(session)}</p>}
      {budget.length > 0 && (
        <ul className={css['budget']} aria-label={t('Limits')}>
          {budget.map((line) => (
            <li key={`${line.scope} ${line.unit}`} data-over={line.used >= line.allowed || undefined}>
              <span>{budgetText(line)}</span>
              <span className={css['track']} aria-hidden>
                <span style={{ inlineSize: `${shareOf(line.used, line.allowed) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {models.length > 0 && (
        <Table
          title={t('By model')}
          head={[t('Model'), t('Read'), t('From the cache'), t('Written'), t('Cost')]}
          lines={models.map((one) => [one.model, ...modelCells(one)])}
        />
      )}
      {tools.length > 0 && (
        <>
          <Table
            title={t('By tool')}
            head={[t('Tool'), t('Calls'), t('Tokens'), t('Cost'), t('Own bills')]}
            lines={tools.map((one) => [one.name, ...toolCells(one)])}
          />
          <p className={css['source']}>
            {t(
              'Tokens are what a tool’s results brought into the window when they were first read, shared out of the provider’s count by their length: an estimate. Own bills are what a call itself was billed, as a sub-agent is.',
            )}
          </p>
        </>
      )}
    </>
  )
}

interface TableProps {
  readonly title: string
  readonly head: readonly string[]
  readonly lines: readonly (readonly string[])[]
}

function Table({ title, head, lines }: TableProps): ReactNode {
  return (
    <div className={css['scroll']} tabIndex={0} role="region" aria-label={t('Cost {title}', { title: title.toLowerCase() })}>
      <table className={css['table']}>
        <caption>{title}</caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, at) => (
                // A cell has no name but its column.
                <td key={head[at + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
