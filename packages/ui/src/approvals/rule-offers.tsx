import { useId, type ReactNode } from 'react'
import { ruleText, type Approval, type Rule } from '@tabwright/protocol'
import { Rich, t, type Phrase } from '../language'
import { Visible } from './exact-request'
import styles from './permission-card.module.css'

/** Which of the offered rules is meant. */
export type OfferedRule = 'narrow' | 'broad'

export interface RuleOffersProps {
  readonly approval: Pick<Approval, 'offer' | 'broader'>
  readonly chosen: OfferedRule
  readonly onChoose: (rule: OfferedRule) => void
}

/** The rules that the wider answers would make, in full: what is not read here is not allowed by them. */
export function RuleOffers({ approval: { offer, broader }, chosen, onChoose }: RuleOffersProps): ReactNode {
  const name = useId()
  if (offer === undefined) return null
  if (broader === undefined) {
    return (
      <p className={styles['offer']}>
        <Rich text="“For this session” and “in this project” would also allow {rule}." with={{ rule: <RuleCode rule={offer} /> }} />
      </p>
    )
  }
  const radio = (rule: OfferedRule, text: Phrase, of: Rule): ReactNode => (
    <label className={styles['choice']}>
      <input type="radio" name={name} checked={chosen === rule} onChange={() => onChoose(rule)} />
      <span>
        {t(text)} <RuleCode rule={of} />
      </span>
    </label>
  )
  return (
    <fieldset className={styles['offers']}>
      <legend>{t('“For this session” and “in this project” would also allow')}</legend>
      {radio('narrow', 'only', offer)}
      {radio('broad', 'and whatever follows:', broader)}
    </fieldset>
  )
}

function RuleCode({ rule }: { readonly rule: Rule }): ReactNode {
  return (
    <code>
      <Visible text={ruleText(rule)} />
    </code>
  )
}
