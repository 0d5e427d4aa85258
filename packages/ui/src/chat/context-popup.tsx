import { useState, type ReactNode } from 'react'
import { Popover } from '@base-ui/react/popover'
import { t } from '../language'
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
      <Popover.Trigger className={props.className} aria-label={t('Context details')} />
      <Popover.Portal>
        <Popover.Positioner className={styles['positioner']} side="top" align="start" sideOffset={8}>
          <Popover.Popup className={styles['popup']}>
            <Popover.Title className={styles['title']}>{t('Context')}</Popover.Title>
            <Bar {...window} />
            <dl className={styles['facts']}>
              <dt>{t('In the window')}</dt>
              <dd>
                {window.limit === undefined
                  ? t('{n} tokens', { n: count(window.used) })
                  : t('{used} of {limit} tokens', { used: count(window.used), limit: count(window.limit) })}
              </dd>
              {window.compactAt !== undefined && (
                <>
                  <dt>{t(window.isCleared ? 'Old results left out at' : 'Summarised at')}</dt>
                  <dd>{t('{n} tokens', { n: count(window.compactAt) })}</dd>
                </>
              )}
              {window.cleared !== undefined && (
                <>
                  <dt>{t('The provider left out')}</dt>
                  <dd>{clearedSentence(window.cleared)}</dd>
                </>
              )}
              <dt>{t('Read')}</dt>
              <dd>
                {usage.cacheRead > 0
                  ? t('{n} tokens, {cached} from the cache', { n: count(read), cached: count(usage.cacheRead) })
                  : t('{n} tokens', { n: count(read) })}
              </dd>
              <dt>{t('Written')}</dt>
              <dd>{t('{n} tokens', { n: count(usage.output) })}</dd>
              <dt>{t('Cost')}</dt>
              <dd>{costSentence(cost)}</dd>
            </dl>
            {window.limit === undefined && <p>{t('This model’s list names no size of its window.')}</p>}
            {onParts !== undefined && (
              <div className={styles['action']}>
                <Button
                  onPress={() => {
                    setOpen(false)
                    onParts()
                  }}
                >
                  {t('What is in it')}
                </Button>
                <span>{t('By size, and what of it came from the cache')}</span>
              </div>
            )}
            {onCompact !== undefined && (
              <div className={styles['action']}>
                <Button disabled={compactBlocked !== undefined} onPress={compact}>
                  {t('Summarise now')}
                </Button>
                <span>{compactBlocked ?? t('Frees the window; the whole conversation stays in the log. Also: /compact')}</span>
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
