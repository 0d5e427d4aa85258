import { useId, type ReactNode } from 'react'
import { isChosen, queryField, ruleNameOf, type ChosenFunction, type Membership } from '@tabwright/protocol'
import { t } from '../language'
import styles from './settings.module.css'

interface RelayWebSearchProps {
  readonly membership: Pick<Membership, 'functions' | 'webSearch'>
  readonly onWebSearch: (chosen: ChosenFunction | undefined) => void
}

const PROVIDER = ''
const AWAY = 'away'

/** Who is asked when an agent searches the web. */
export function RelayWebSearch({ membership: { functions, webSearch }, onWebSearch }: RelayWebSearchProps): ReactNode {
  const id = useId()
  const able = functions.filter((one) => queryField(one) !== undefined)
  const at = webSearch === undefined ? -1 : able.findIndex((one) => isChosen(one, webSearch))
  const value = webSearch === undefined ? PROVIDER : at < 0 ? AWAY : String(at)
  const choose = (wanted: string): void => {
    const found = able[Number(wanted)]
    if (wanted === PROVIDER) onWebSearch(undefined)
    else if (found !== undefined) onWebSearch({ id: found.id, worker: found.worker, identity: found.identity })
  }
  return (
    <section aria-label={t('Searching the web')}>
      <h3>{t('Searching the web')}</h3>
      <div className={styles['form']}>
        <label htmlFor={id}>{t('Searches go to')}</label>
        <select id={id} value={value} onChange={(event) => choose(event.target.value)}>
          <option value={PROVIDER}>{t('the model’s provider')}</option>
          {value === AWAY && webSearch && (
            <option value={AWAY}>
              {t('{id} of {worker}, which is not here now', { id: ruleNameOf(webSearch.id), worker: webSearch.worker })}
            </option>
          )}
          {able.map((one, place) => (
            <option key={one.id} value={place}>
              {t('{id} of {worker}', { id: ruleNameOf(one.id), worker: one.worker })}
            </option>
          ))}
        </select>
        <p className={styles['help']}>
          {t(
            'Functions that take words to search for can be chosen. Each search asks you, unless a rule in Permissions speaks for web_search. While the one you chose is away nothing is searched, and nobody else is asked.',
          )}
        </p>
      </div>
    </section>
  )
}
