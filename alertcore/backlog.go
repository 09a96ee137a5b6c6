package alertcore

// Backlog returns how many records readers are shown at most.
func (c *Core) Backlog() int { return c.records.keep }
