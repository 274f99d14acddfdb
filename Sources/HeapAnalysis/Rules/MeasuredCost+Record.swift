// Made by Fixtures/benchmarks/measure from what it recorded; not to be edited.

extension MeasuredCost {
  /// Fixtures/benchmarks/results.tsv.
  package static let record = #"""
    rule	variant	go	bytes	allocations	live bytes
    bufio-alloc	before	1.22.10	4128	2	-
    bufio-alloc	before	1.27.3	4128	2	-
    bufio-alloc	after	1.22.10	32	1	-
    bufio-alloc	after	1.27.3	32	1	-
    context-chain	before	1.22.10	128	4	-
    context-chain	before	1.27.3	112	3	-
    context-chain	after	1.22.10	80	2	-
    context-chain	after	1.27.3	80	2	-
    copy-all	before	1.22.10	97440	517	-
    copy-all	before	1.27.3	65184	10	-
    copy-all	after	1.22.10	32371	509	-
    copy-all	after	1.27.3	72	2	-
    error-stack	before	1.22.10	1072	2	-
    error-stack	before	1.27.3	1072	2	-
    error-stack	after	1.22.10	64	2	-
    error-stack	after	1.27.3	64	2	-
    format	before	1.22.10	40	3	-
    format	before	1.27.3	32	2	-
    format	after	1.22.10	24	2	-
    format	after	1.27.3	24	2	-
    format	appended to a reused buffer	1.22.10	0	0	-
    format	appended to a reused buffer	1.27.3	0	0	-
    goroutine-leak	before	1.22.10	583	3	2601
    goroutine-leak	before	1.27.3	631	2	2649
    goroutine-leak	after	1.22.10	144	3	0
    goroutine-leak	after	1.27.3	144	3	0
    gzip-writer	before	1.22.10	813872	17	-
    gzip-writer	before	1.27.3	1076000	14	-
    gzip-writer	after	1.22.10	0	0	-
    gzip-writer	after	1.27.3	0	0	-
    json-dynamic-decode	before	1.22.10	16708	324	-
    json-dynamic-decode	before	1.27.3	14617	321	-
    json-dynamic-decode	after	1.22.10	4384	8	-
    json-dynamic-decode	after	1.27.3	4144	2	-
    json-dynamic-field	before	1.22.10	16376	318	-
    json-dynamic-field	before	1.27.3	14241	315	-
    json-dynamic-field	after	1.22.10	4384	8	-
    json-dynamic-field	after	1.27.3	4144	2	-
    json-map-encode	before	1.22.10	504	9	-
    json-map-encode	before	1.27.3	456	11	-
    json-map-encode	after	1.22.10	24	1	-
    json-map-encode	after	1.27.3	48	2	-
    map-clone	before	1.22.10	4936	3	-
    map-clone	before	1.27.3	4952	4	-
    map-clone	after	1.22.10	0	0	-
    map-clone	after	1.27.3	0	0	-
    map-format	before	1.22.10	8642	204	-
    map-format	before	1.27.3	8081	202	-
    map-format	after	1.22.10	16	1	-
    map-format	after	1.27.3	16	1	-
    map-format	hand-written append, new buffer	1.22.10	11168	10	-
    map-format	hand-written append, new buffer	1.27.3	11168	10	-
    map-format	hand-written append, reused buffer	1.22.10	0	0	-
    map-format	hand-written append, reused buffer	1.27.3	0	0	-
    map-format	json.Marshal	1.22.10	11393	202	-
    map-format	json.Marshal	1.27.3	5737	104	-
    map-format	reused buffer, fmt.Appendf	1.22.10	8640	204	-
    map-format	reused buffer, fmt.Appendf	1.27.3	8080	202	-
    map-format	size guard	1.22.10	16	1	-
    map-format	size guard	1.27.3	16	1	-
    map-format	sorted keys, one line each	1.22.10	3200	200	-
    map-format	sorted keys, one line each	1.27.3	3200	200	-
    map-format	structured attributes	1.22.10	0	0	-
    map-format	structured attributes	1.27.3	0	0	-
    map-growth	before	1.22.10	10512	11	-
    map-growth	before	1.27.3	9368	11	-
    map-growth	after	1.22.10	5438	4	-
    map-growth	after	1.27.3	4952	4	-
    map-growth-line	before	1.22.10	5888	11	-
    map-growth-line	before	1.27.3	6952	11	-
    map-growth-line	after	1.22.10	3083	5	-
    map-growth-line	after	1.27.3	3544	4	-
    map-iteration	before	1.27.3	4528	11	-
    map-iteration	after	1.27.3	0	0	-
    map-iteration	a loop into make(…, 0, len(m)), sort.Strings	1.22.10	1792	1	-
    map-iteration	a loop into make(…, 0, len(m)), sort.Strings	1.27.3	1792	1	-
    map-iteration	a loop that appends, sort.Strings	1.22.10	4464	8	-
    map-iteration	a loop that appends, sort.Strings	1.27.3	4416	6	-
    map-iteration-library	before	1.22.10	1792	1	-
    map-iteration-library	before	1.27.3	1792	1	-
    map-iteration-library	after	1.22.10	0	0	-
    map-iteration-library	after	1.27.3	0	0	-
    map-iteration-line	before	1.22.10	4464	8	-
    map-iteration-line	before	1.27.3	4416	6	-
    map-iteration-line	after	1.22.10	1792	1	-
    map-iteration-line	after	1.27.3	1792	1	-
    map-iteration-loop	before	1.27.3	4416	6	-
    map-iteration-loop	after	1.27.3	1792	1	-
    map-iteration-loop	range over the map, append	1.22.10	4464	8	-
    map-iteration-loop	range over the map, append	1.27.3	4416	6	-
    read-all	before	1.22.10	186200	522	-
    read-all	before	1.27.3	80873	16	-
    read-all	after	1.22.10	32346	508	-
    read-all	after	1.27.3	50	1	-
    read-all	json.Decoder, all at once	1.22.10	96064	517	-
    read-all	json.Decoder, all at once	1.27.3	65947	14	-
    read-all	json.Decoder, row by row	1.22.10	42656	1018	-
    read-all	json.Decoder, row by row	1.27.3	16652	517	-
    read-file	before	1.22.10	65424	512	-
    read-file	before	1.27.3	33144	5	-
    read-file	after	1.22.10	32451	510	-
    read-file	after	1.27.3	152	3	-
    read-file	json.Decoder, row by row	1.22.10	42760	1020	-
    read-file	json.Decoder, row by row	1.27.3	16751	519	-
    reflect-map-iteration	before	1.22.10	5888	201	-
    reflect-map-iteration	before	1.27.3	5888	201	-
    reflect-map-iteration	after	1.22.10	32	2	-
    reflect-map-iteration	after	1.27.3	32	2	-
    reflect-map-iteration	the concrete type	1.22.10	0	0	-
    reflect-map-iteration	the concrete type	1.27.3	0	0	-
    reflect-map-walk	before	1.22.10	4800	300	-
    reflect-map-walk	before	1.27.3	4800	300	-
    reflect-map-walk	after	1.22.10	0	0	-
    reflect-map-walk	after	1.27.3	0	0	-
    regexp-compile	before	1.22.10	1754	19	-
    regexp-compile	before	1.27.3	1754	19	-
    regexp-compile	after	1.22.10	0	0	-
    regexp-compile	after	1.27.3	0	0	-
    retained-cache	before	1.22.10	5040	2	4942
    retained-cache	before	1.27.3	5029	1	4946
    retained-cache	after	1.22.10	4903	4	5
    retained-cache	after	1.27.3	4889	3	4
    slice-prealloc	before	1.22.10	1605656	2	-
    slice-prealloc	before	1.27.3	1605656	2	-
    slice-prealloc	after	1.22.10	1816	2	-
    slice-prealloc	after	1.27.3	1816	2	-
    slog-format	before	1.22.10	144	8	-
    slog-format	before	1.27.3	120	5	-
    slog-format	after	1.22.10	0	0	-
    slog-format	after	1.27.3	0	0	-
    strconv	before	1.22.10	32	2	-
    strconv	before	1.27.3	32	2	-
    strconv	after	1.22.10	0	0	-
    strconv	after	1.27.3	0	0	-
    string-bytes-conversion	before	1.22.10	35872	21	-
    string-bytes-conversion	before	1.27.3	35872	21	-
    string-bytes-conversion	after	1.22.10	32	1	-
    string-bytes-conversion	after	1.27.3	32	1	-
    string-bytes-conversion-line	before	1.22.10	4864	1	-
    string-bytes-conversion-line	before	1.27.3	4864	1	-
    string-bytes-conversion-line	after	1.22.10	0	0	-
    string-bytes-conversion-line	after	1.27.3	0	0	-
    string-concat	before	1.22.10	93064	101	-
    string-concat	before	1.27.3	93064	101	-
    string-concat	after	1.22.10	2048	1	-
    string-concat	after	1.27.3	2048	1	-
    string-concat	Builder without Grow	1.22.10	5360	9	-
    string-concat	Builder without Grow	1.27.3	5360	9	-
    string-concat-line	before	1.22.10	93064	101	-
    string-concat-line	before	1.27.3	93064	101	-
    string-concat-line	after	1.22.10	2048	1	-
    string-concat-line	after	1.27.3	2048	1	-
    string-concat-writer	before	1.22.10	4080	7	-
    string-concat-writer	before	1.27.3	4080	7	-
    string-concat-writer	after	1.22.10	1840	2	-
    string-concat-writer	after	1.27.3	1840	2	-
    string-split	before	1.22.10	1792	1	-
    string-split	before	1.27.3	1792	1	-
    string-split	after	1.27.3	0	0	-
    string-split	strings.Cut	1.22.10	0	0	-
    string-split	strings.Cut	1.27.3	0	0	-
    template-escape	before	1.22.10	14939	157	-
    template-escape	before	1.27.3	14777	153	-
    template-escape	after	1.22.10	1152	51	-
    template-escape	after	1.27.3	960	39	-
    template-map-format	before	1.22.10	8713	206	-
    template-map-format	before	1.27.3	8224	204	-
    template-map-format	after	1.22.10	4888	403	-
    template-map-format	after	1.27.3	3392	204	-
    template-map-format	text prepared before Execute	1.22.10	64	2	-
    template-map-format	text prepared before Execute	1.27.3	144	3	-
    template-map-format-part	before	1.22.10	8712	206	-
    template-map-format-part	before	1.27.3	8224	204	-
    template-map-format-part	after	1.22.10	4888	403	-
    template-map-format-part	after	1.27.3	3392	204	-
    template-map-format-part	text prepared before Execute	1.22.10	64	2	-
    template-map-format-part	text prepared before Execute	1.27.3	144	3	-
    template-parse	before	1.22.10	4045	60	-
    template-parse	before	1.27.3	4176	62	-
    template-parse	after	1.22.10	192	9	-
    template-parse	after	1.27.3	288	9	-
    time-after	before	1.22.10	200	3	200
    time-after	before	1.27.3	248	3	0
    time-after	after	1.22.10	0	0	0
    time-after	after	1.27.3	0	0	0
    write-string	before	1.22.10	4864	1	-
    write-string	before	1.27.3	4864	1	-
    write-string	after	1.22.10	0	0	-
    write-string	after	1.27.3	0	0	-
    """#
}
