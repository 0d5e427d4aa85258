import type { ReactNode } from 'react'
import { printRule, ruleText, type Rule } from '@tabwright/protocol'
import { Undo2 } from 'lucide-react'
import { t } from '../../language'
import { Visible } from '../../approvals/exact-request'
import { spelledText } from '../../approvals/visible-text'
import { IconButton } from '../../layout/icon-button'
import styles from '../settings.module.css'

export interface SessionRulesProps {
  readonly rules: readonly Rule[]
  readonly onRevoke: (rule: Rule) => void
}

/** What was allowed for the open session alone: it ends with it, or here. */
export function SessionRules({ rules, onRevoke }: SessionRulesProps): ReactNode {
  return (
    <>
      <h3 id="session-rules">{t('Allowed in this session')}</h3>
      {rules.length === 0 ? (
        <p className={styles['aside']}>{t('Nothing yet. “Allow for this session” on a card is listed here, and can be taken back.')}</p>
      ) : (
        <div className={styles['table']} tabIndex={0} role="region" aria-labelledby="session-rules">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('Rule')}</th>
                <th scope="col">{t('Why')}</th>
                <th scope="col">
                  <span className="visually-hidden">{t('Take back')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rules.map((rule) => (
                <tr key={rule.id}>
                  <td>
                    <code>
                      <Visible text={printRule(rule.pattern)} />
                    </code>
                  </td>
                  <td>{rule.why}</td>
                  <td>
                    <IconButton label={t('Take back {rule}', { rule: spelledText(ruleText(rule)) })} onPress={() => onRevoke(rule)}>
                      <Undo2 size={15} aria-hidden />
                    </IconButton>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
