/** The label by which a workload says which running import decides for it; its value is the operation's id. */
export const importLabel = 'orrery/import'
