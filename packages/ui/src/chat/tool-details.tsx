import type { ReactNode } from 'react'
import { assertNever, type CallRow, type Verdict } from '@tabwright/protocol'
import { Copy } from 'lucide-react'
import { IconButton } from '../layout/icon-button'
import { plural } from '../layout/figures'
import { useCopy } from '../layout/use-copy'
import { outputTail, prettyInput, textField } from './tool-line'
import styles from './tool-card.module.css'

/** What a card holds when open: what was asked, what came of it, which files moved, and which rule let it through. */
export function ToolDetails({ row }: { readonly row: CallRow }): ReactNode {
  const command = row.name === 'shell' ? textField(row.input, 'command') : undefined
  const output = row.outcome?.text ?? row.live ?? ''
  const detail = row.outcome !== undefined && 'detail' in row.outcome ? row.outcome.detail : undefined
  return (
    <div className={styles['details']}>
      <Section title={command === undefined ? 'Input' : 'Command'} text={command ?? prettyInput(row.input)} />
      {row.outcome?.type === 'failed' && <p className={styles['reason']}>{row.outcome.failure.message}</p>}
      {row.outcome?.type === 'denied' && row.outcome.note !== undefined && <p className={styles['reason']}>Your note: {row.outcome.note}</p>}
      {output !== '' && <Output text={output} />}
      {detail?.files !== undefined && detail.files.length > 0 && (
        <ul className={styles['files']} aria-label="Files changed">
          {detail.files.map((file) => (
            <li key={file.path}>
              <span>{file.path}</span> <span className={styles['added']}>+{file.added}</span>{' '}
              <span className={styles['removed']}>−{file.removed}</span>
            </li>
          ))}
        </ul>
      )}
      {detail?.full !== undefined && <p className={styles['aside']}>Shortened for the model. Whole output: {detail.full}</p>}
      {row.verdict !== undefined && <p className={styles['aside']}>{verdictText(row.verdict)}</p>}
    </div>
  )
}

function verdictText(verdict: Verdict): string {
  switch (verdict.type) {
    case 'allow':
      return `Allowed by rule ${verdict.shown}`
    case 'deny':
      return `Denied by rule: ${verdict.reason}`
    case 'ask':
      return `Asked you: ${verdict.reason}`
    default:
      return assertNever(verdict)
  }
}

function Output({ text }: { readonly text: string }): ReactNode {
  const tail = outputTail(text)
  const title = tail.hidden === 0 ? 'Output' : `Output · last ${plural(40, 'line')}, ${tail.hidden} before`
  return <Section title={title} text={tail.text} copied={text} />
}

function Section({ title, text, copied = text }: { readonly title: string; readonly text: string; readonly copied?: string }): ReactNode {
  const copy = useCopy(copied)
  return (
    <div className={styles['section']}>
      <div className={styles['heading']}>
        <span>{title}</span>
        <IconButton label={copy.label === 'Copy' ? `Copy ${title.split(' ')[0]?.toLowerCase() ?? ''}` : copy.label} onPress={copy.run}>
          <Copy size={13} aria-hidden />
        </IconButton>
      </div>
      <pre tabIndex={0}>{text}</pre>
    </div>
  )
}
