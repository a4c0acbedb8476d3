import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Client } from '@orrery/api/client.ts'
import { useLive } from '../../live/api.ts'
import type { QuickInventory } from './quick.ts'
import type { QuickAnswer, QuickMessage, QuickQuestion } from './quick-worker.ts'

/** More are for the server: reading them would take longer than a run. */
const pagesMax = 5

export type QuickRead = QuickInventory & { isWhole: boolean }

export function useQuickInventory(enabled: boolean) {
  const { api } = useLive()
  return useQuery({
    queryKey: ['quickInventory'],
    queryFn: ({ signal }) => quickRead(api, signal),
    enabled,
    staleTime: 15_000,
    refetchInterval: enabled ? 15_000 : false,
  })
}

async function quickRead(api: Client, signal: AbortSignal): Promise<QuickRead> {
  const sites = await pages((query) => api.call('siteList', { query }, { signal }))
  const nodes = await pages((query) => api.call('nodeList', { query }, { signal }))
  const workloads = await pages((query) => api.call('workloadList', { query }, { signal }))
  return {
    sites: sites.items,
    nodes: nodes.items,
    workloads: workloads.items,
    isWhole: sites.isWhole && nodes.isWhole,
  }
}

async function pages<Row>(
  read: (query: { limit: number; cursor?: string }) => Promise<{ items: Row[]; next: string | null }>,
): Promise<{ items: Row[]; isWhole: boolean }> {
  const items: Row[] = []
  let cursor: string | null = null
  for (let page = 0; page < pagesMax; page += 1) {
    const given: { items: Row[]; next: string | null } = await read({
      limit: 1000,
      ...(cursor === null ? {} : { cursor }),
    })
    items.push(...given.items)
    cursor = given.next
    if (cursor === null) return { items, isWhole: true }
  }
  return { items, isWhole: false }
}

/** What the worker says to the latest question. */
export function useQuickAnswer(
  inventory: QuickInventory | undefined,
  question: QuickQuestion | null,
): QuickAnswer | null {
  const worker = useRef<Worker>(null)
  const sent = useRef<QuickInventory>(undefined)
  const [answer, setAnswer] = useState<QuickAnswer | null>(null)
  useEffect(() => {
    const thread = new Worker(new URL('./quick-worker.ts', import.meta.url), { type: 'module' })
    thread.onmessage = ({ data }: MessageEvent<QuickAnswer>) => setAnswer(data)
    thread.onerror = () =>
      setAnswer({ kind: 'fault', message: 'The estimate could not be worked out in this browser.' })
    worker.current = thread
    sent.current = undefined
    return () => thread.terminate()
  }, [])
  const asked = JSON.stringify(question)
  useEffect(() => {
    if (inventory === undefined || question === null || worker.current === null) return
    const isNew = sent.current !== inventory
    sent.current = inventory
    const message: QuickMessage = { inventory: isNew ? inventory : null, question }
    worker.current.postMessage(message)
    // The question is compared by what it says.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [inventory, asked])
  return answer
}
