import type { ReactNode } from 'react'
import type { Approval } from '@tabwright/protocol'
import { t } from '../language'
import { ExactRequest, Visible } from './exact-request'
import { questionOf } from './request'
import styles from './permission-card.module.css'

/** Edits that wait with this one and that one yes may cover: those of whole files that are not protected, which have a card each. */
export function editsWith(approval: Approval, pending: readonly Approval[]): readonly Approval[] {
  // One answer is for one agent: what another asks for has a card of its own.
  const mayPass = (one: Approval): boolean =>
    one.offer?.pattern.type === 'path' && one.within === undefined && one.task?.call === approval.task?.call
  return mayPass(approval) ? pending.filter((one) => one.call !== approval.call && mayPass(one)) : []
}

/** What would pass together with the edit on the card, each to be looked at. */
export function OtherEdits({ edits }: { readonly edits: readonly Approval[] }): ReactNode {
  if (edits.length === 0) return null
  return (
    <section className={styles['others']} aria-label={t('Edits that wait with this one')}>
      <p className={styles['offer']}>
        {edits.length === 1 ? t('With this edit waits another:') : t('With this edit wait {n} others:', { n: edits.length })}
      </p>
      {edits.map((other) => {
        const question = questionOf(other)
        return (
          <details key={other.call}>
            <summary>
              <code>
                <Visible text={question.edit?.path ?? other.bytes} />
              </code>
            </summary>
            <ExactRequest bytes={other.bytes} command={question.command} edit={question.edit} folder={question.folder} onRead={NOTHING} />
          </details>
        )
      })}
    </section>
  )
}

const NOTHING = (): undefined => undefined
