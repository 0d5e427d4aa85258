import { useState, type ReactNode } from 'react'
import { failureOf, ruleText, type KeptRule, type Level, type Mode, type Rule, type RuleEffect, type Verdict } from '@tabwright/protocol'
import { Rich, t } from '../../language'
import { Button } from '../../layout/button'
import { Visible } from '../../approvals/exact-request'
import { LevelChoice } from './level-choice'
import { RuleForm } from './rule-form'
import { RuleTable } from './rule-table'
import { SessionRules } from './session-rules'
import { TryBox } from './try-box'
import styles from '../settings.module.css'

export interface PermissionsTabProps {
  /** undefined while they are read. */
  readonly rules: readonly KeptRule[] | undefined
  /** Of the open session alone; undefined where none is open. */
  readonly sessionRules: readonly Rule[] | undefined
  /** Why they could not be read. */
  readonly problem: string | undefined
  /** Of the open session, or of new ones. */
  readonly mode: Mode
  /** Whether a session is open, whose project a rule can be for. */
  readonly hasSession: boolean
  /** All of these reject with a FailureError. */
  readonly onLevel: (level: Level) => Promise<void>
  readonly onAdd: (rule: NewRuleText) => Promise<void>
  readonly onRemove: (rule: KeptRule) => Promise<void>
  readonly onPutBack: (rule: KeptRule) => Promise<void>
  readonly onRevoke: (rule: Rule) => Promise<void>
  readonly onTry: (call: string) => Promise<Verdict>
}

/** A rule as it was typed. */
export interface NewRuleText {
  readonly effect: RuleEffect
  readonly text: string
  readonly reach: 'project' | 'user'
}

/** What agents may do unasked, and what would become of a call. */
export function PermissionsTab(props: PermissionsTabProps): ReactNode {
  const { rules } = props
  const [removed, setRemoved] = useState<KeptRule>()
  const [problem, setProblem] = useState<string>()
  const attempt = async (work: Promise<void>): Promise<void> => {
    try {
      await work
      setProblem(undefined)
    } catch (error) {
      setProblem(failureOf(error).message)
    }
  }
  const remove = async (rule: KeptRule): Promise<void> => {
    await props.onRemove(rule)
    setRemoved(rule)
  }
  const putBack = async (rule: KeptRule): Promise<void> => {
    await props.onPutBack(rule)
    setRemoved(undefined)
  }
  const said = problem ?? props.problem
  return (
    <>
      <LevelChoice
        rules={rules ?? []}
        mode={props.mode}
        hasSession={props.hasSession}
        onLevel={(level) => void attempt(props.onLevel(level))}
      />
      <h3 id="permission-rules">{t('Rules')}</h3>
      <p>
        {t(
          'Deny comes before ask, and ask before allow. They are kept in this browser; no file of a project becomes a rule. What is protected asks whatever allows it.',
        )}
      </p>
      {rules !== undefined && <RuleTable rules={rules} onRemove={(rule) => void attempt(remove(rule))} />}
      <div role="status" className={styles['undo']}>
        {removed !== undefined && (
          <>
            <span>
              <Rich
                text="Deleted {rule}."
                with={{
                  rule: (
                    <code>
                      <Visible text={ruleText(removed)} />
                    </code>
                  ),
                }}
              />
            </span>
            <Button look="plain" onPress={() => void attempt(putBack(removed))}>
              {t('Undo')}
            </Button>
          </>
        )}
      </div>
      {props.sessionRules !== undefined && (
        <SessionRules rules={props.sessionRules} onRevoke={(rule) => void attempt(props.onRevoke(rule))} />
      )}
      {said !== undefined && <p role="alert">{said}</p>}
      <RuleForm hasSession={props.hasSession} onAdd={props.onAdd} />
      <TryBox mode={props.mode} onTry={props.onTry} />
    </>
  )
}
