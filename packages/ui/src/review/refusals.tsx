import type { RefusedName } from '@tabwright/protocol'
import { Undo2 } from 'lucide-react'
import type { JSX } from 'react'
import { Rich, t } from '../language'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import type { Refusal } from './change-source'
import css from './parts.module.css'

export interface RefusalsProps {
  readonly refused: readonly Refusal[]
  readonly disabled: boolean
  readonly onUndo: (refused: RefusedName) => void
}

/** Lines of one refusal that are shown; all of them are in the file again with Undo. */
const MOST_LINES = 12

/** What was refused of a file: struck through, and to be taken back. */
export function Refusals({ refused, disabled, onUndo }: RefusalsProps): JSX.Element | null {
  if (refused.length === 0) return null
  return (
    <section aria-label={t('Rejected hunks')} className={css.refusals}>
      <h3 className={css.title}>{t('Rejected hunks')}</h3>
      <ul role="list" className={css.list}>
        {refused.map((one) => (
          <li key={`${one.seq} ${one.index}`} className={css.refusal}>
            <div className={css.refusalHead}>
              <span>
                {one.why === undefined ? (
                  t('Line {line}', { line: one.line })
                ) : (
                  <Rich
                    text="Line {line}: “{why}”"
                    with={{
                      line: one.line,
                      why: (
                        <bdi>
                          <Visible text={one.why} />
                        </bdi>
                      ),
                    }}
                  />
                )}
              </span>
              <Button look="plain" disabled={disabled} onPress={() => onUndo({ seq: one.seq, index: one.index })}>
                <Undo2 size={14} aria-hidden="true" />
                <span>
                  {t('Undo')}
                  <span className="visually-hidden"> {t('the rejection of line {line}', { line: one.line })}</span>
                </span>
              </Button>
            </div>
            <pre className={css.refusedText}>
              {one.text === '' ? <em>{t('Lines that the agent had removed are back.')}</em> : <Struck text={one.text} />}
            </pre>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Struck({ text }: { readonly text: string }): JSX.Element {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/)
  const more = lines.length - MOST_LINES
  return (
    <>
      <del>
        <Visible text={lines.slice(0, MOST_LINES).join('\n')} />
      </del>
      {more > 0 && <span className={css.more}>{`\n${t('…and {more} more', { more })}`}</span>}
    </>
  )
}
