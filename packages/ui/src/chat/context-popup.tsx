import { useState, type ReactNode } from 'react'
import { Popover } from '@base-ui/react/popover'
import { Button } from '../layout/button'
import { count } from '../layout/figures'
import { clearedSentence, costSentence, shareOf } from './context-figures'
import type { ContextMeterProps } from './context-meter'
import styles from './context-popup.module.css'

/** The figures behind the ring. It comes with the first press on it, and is then open at once. */
export function ContextPopup(props: ContextMeterProps & { readonly className: string | undefined }): ReactNode {
  const { window, cost, usage, onCompact, onParts, compactBlocked } = props
  const [open, setOpen] = useState(true)
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  const compact = (): void => {
    setOpen(false)
    onCompact?.()
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={props.className} aria-label="Context details" />
      <Popover.Portal>
        <Popover.Positioner className={styles['positioner']} side="top" align="start" sideOffset={8}>
          <Popover.Popup className={styles['popup']}>
            <Popover.Title className={styles['title']}>Context</Popover.Title>
            <Bar {...window} />
            <dl className={styles['facts']}>
              <dt>In the window</dt>
              <dd>
                {window.limit === undefined ? `${count(window.used)} tokens` : `${count(window.used)} of ${count(window.limit)} tokens`}
              </dd>
              {window.compactAt !== undefined && (
                <>
                  <dt>{window.isCleared ? 'Old results left out at' : 'Summarised at'}</dt>
                  <dd>{count(window.compactAt)} tokens</dd>
                </>
              )}
              {window.cleared !== undefined && (
                <>
                  <dt>The provider left out</dt>
                  <dd>{clearedSentence(window.cleared)}</dd>
                </>
              )}
              <dt>Read</dt>
              <dd>
                {count(read)} tokens{usage.cacheRead > 0 && `, ${count(usage.cacheRead)} from the cache`}
              </dd>
              <dt>Written</dt>
              <dd>{count(usage.output)} tokens</dd>
              <dt>Cost</dt>
              <dd>{costSentence(cost)}</dd>
            </dl>
            {window.limit === undefined && <p>This model’s list names no size of its window.</p>}
            {onParts !== undefined && (
              <div className={styles['action']}>
                <Button
                  onPress={() => {
                    setOpen(false)
                    onParts()
                  }}
                >
                  What is in it
                </Button>
                <span>By size, and what of it came from the cache</span>
              </div>
            )}
            {onCompact !== undefined && (
              <div className={styles['action']}>
                <Button disabled={compactBlocked !== undefined} onPress={compact}>
                  Summarise now
                </Button>
                <span>{compactBlocked ?? 'Frees the window; the whole conversation stays in the log. Also: /compact'}</span>
              </div>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Bar({ used, limit, compactAt }: ContextMeterProps['window']): ReactNode {
  if (limit === undefined) return null
  return (
    <div className={styles['bar']} aria-hidden>
      <span style={{ inlineSize: `${shareOf(used, limit) * 100}%` }} />
      {compactAt !== undefined && <i style={{ insetInlineStart: `${shareOf(compactAt, limit) * 100}%` }} />}
    </div>
  )
}
