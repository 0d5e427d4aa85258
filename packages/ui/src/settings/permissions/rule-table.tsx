import { useState, type ReactNode } from 'react'
import { printRule, ruleText, type KeptRule, type RuleEffect } from '@tabwright/protocol'
import { Trash2 } from 'lucide-react'
import { locale, t, type Phrase } from '../../language'
import { Visible } from '../../approvals/exact-request'
import { spelledText } from '../../approvals/visible-text'
import { ago } from '../../layout/figures'
import { IconButton } from '../../layout/icon-button'
import styles from '../settings.module.css'

export interface RuleTableProps {
  readonly rules: readonly KeptRule[]
  readonly onRemove: (rule: KeptRule) => void
}

const EFFECTS: Readonly<Record<RuleEffect, Phrase>> = { deny: 'Deny', ask: 'Ask', allow: 'Allow' }

/** Every rule that outlives a session, newest first. */
export function RuleTable({ rules, onRemove }: RuleTableProps): ReactNode {
  const [now] = useState(() => Date.now())
  if (rules.length === 0)
    return (
      <p className={styles['aside']}>
        {t('No rules yet. “Always allow in this project” on a card makes one, and so does the form below.')}
      </p>
    )
  return (
    <div className={styles['table']} tabIndex={0} role="region" aria-labelledby="permission-rules">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('Effect')}</th>
            <th scope="col">{t('Rule')}</th>
            <th scope="col">{t('Where')}</th>
            <th scope="col">{t('Made')}</th>
            <th scope="col">{t('Last used')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('Delete')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.id}>
              <td data-effect={rule.effect}>{t(EFFECTS[rule.effect])}</td>
              <td>
                <code>
                  <Visible text={printRule(rule.pattern)} />
                </code>
              </td>
              <td>{rule.project?.name ?? t('All projects')}</td>
              <td>
                <When at={rule.createdAt} now={now} />: {rule.why}
              </td>
              <td>{rule.lastUsed === undefined ? t('Never') : <When at={rule.lastUsed} now={now} />}</td>
              <td>
                <IconButton
                  label={t('Delete {effect} {rule}', { effect: t(EFFECTS[rule.effect]).toLowerCase(), rule: spelledText(ruleText(rule)) })}
                  onPress={() => onRemove(rule)}
                >
                  <Trash2 size={15} aria-hidden />
                </IconButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function When({ at, now }: { readonly at: number; readonly now: number }): ReactNode {
  const time = new Date(at)
  return (
    <time dateTime={time.toISOString()} title={time.toLocaleString(locale())}>
      {ago(at, now)}
    </time>
  )
}
