import { Component, type ReactNode } from 'react'
import { failureOf, type Failure } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import { Button } from './button'
import { useCopy } from './use-copy'
import styles from './boundary.module.css'

export interface BoundaryProps {
  /** What is inside, for the sentence: `This message`, `The terminal`. */
  readonly what: Phrase
  /** What the content was made from, to look at when it could not be shown. */
  readonly raw?: unknown
  readonly children: ReactNode
}

interface BoundaryState {
  readonly failure: Failure | undefined
}

/** Keeps one broken part from taking the page with it. A class, because React offers no other way to catch. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { failure: undefined }

  static getDerivedStateFromError(thrown: unknown): BoundaryState {
    return { failure: failureOf(thrown) }
  }

  override render(): ReactNode {
    const { failure } = this.state
    if (failure === undefined) return this.props.children
    return (
      <Broken
        what={this.props.what}
        message={failure.message}
        raw={this.props.raw}
        onReload={() => this.setState({ failure: undefined })}
      />
    )
  }
}

function Broken(props: {
  readonly what: Phrase
  readonly message: string
  readonly raw: unknown
  readonly onReload: () => void
}): ReactNode {
  const source = props.raw === undefined ? props.message : JSON.stringify(props.raw, null, 2)
  const copy = useCopy(`${props.message}\n\n${source}`, 'Copy report')
  return (
    <div className={styles['broken']} role="alert">
      <p>{t('{what} could not be shown: {why}. Nothing was lost.', { what: t(props.what), why: props.message })}</p>
      <div className={styles['actions']}>
        <Button onPress={props.onReload}>{t('Show again')}</Button>
        <Button look="plain" onPress={copy.run}>
          {copy.label}
        </Button>
      </div>
      {props.raw !== undefined && (
        <details>
          <summary>{t('As data')}</summary>
          <pre>{source}</pre>
        </details>
      )}
    </div>
  )
}
